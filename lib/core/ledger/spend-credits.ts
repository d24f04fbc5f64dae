import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import { callDatabase } from '@/lib/db/call'
import { parsePostingOutcome, type PostingOutcome } from './posting-outcome'
import type { CreditSpend } from './spend-credit'

/** PostgreSQL's numbers of the element types: of an array the driver cannot tell them. */
const BIGINT = 20
const TEXT = 25
const TIMESTAMPTZ = 1184

/**
 * Many spends in one round trip and one commit: several times the rate of single ones. Answers in the order given; a
 * refused spend fails alone. Spends of one account happen in the order given.
 */
export function spendCredits(
  db: Database,
  spends: readonly Omit<CreditSpend, 'now'>[],
  now: Instant,
): Promise<readonly PostingOutcome[]> {
  return callDatabase(db, async (sql) => {
    const rows = await sql`
      select * from ledger.spend_batch(
        ${sql.array(
          spends.map((spend) => spend.accountId),
          BIGINT,
        )},
        ${sql.array(
          spends.map((spend) => spend.code),
          TEXT,
        )},
        ${sql.array(
          spends.map((spend) => spend.reference),
          TEXT,
        )},
        ${sql.array(
          spends.map((spend) => spend.amount.micros),
          BIGINT,
        )},
        ${sql.array(
          spends.map((spend) => spend.overdraftLimit?.micros ?? null),
          BIGINT,
        )},
        ${sql.array(
          spends.map((spend) => spend.occurredAt),
          TIMESTAMPTZ,
        )},
        ${now})`
    return rows.map(parsePostingOutcome)
  })
}
