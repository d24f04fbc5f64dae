import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import { parsePostingOutcome, type PostingOutcome } from './posting-outcome'
import type { CreditSpend } from './spend-credit'

/**
 * Many spends in one round trip and one commit: several times the rate of single ones. Answers in the order given; a
 * refused spend fails alone. Spends of one account happen in the order given.
 */
export function spendCredits(
  db: Database,
  spends: readonly Omit<CreditSpend, 'now'>[],
  now: Instant,
  budgetMs?: number,
): Promise<readonly PostingOutcome[]> {
  const column = (of: (spend: Omit<CreditSpend, 'now'>) => string | null) => arrayLiteral(spends.map(of))
  const accounts = column((spend) => String(spend.accountId))
  const codes = column((spend) => spend.code)
  const references = column((spend) => spend.reference)
  const micros = column((spend) => String(spend.amount.micros))
  const limits = column((spend) => spend.overdraftLimit?.micros.toString() ?? null)
  const moments = column((spend) => spend.occurredAt.toISOString())
  return callDatabase(
    db,
    async (sql) => {
      const rows = await sql`
      select * from ledger.spend_batch(${accounts}, ${codes}, ${references}, ${micros}, ${limits}, ${moments}, ${now})`
      return rows.map(parsePostingOutcome)
    },
    budgetMs,
  )
}

/** An array in PostgreSQL's own text form: the driver knows array types only after its first query on a pool. */
function arrayLiteral(values: readonly (string | null)[]): string {
  const quoted = values.map((value) => (value === null ? 'NULL' : `"${value.replaceAll(/["\\]/g, '\\$&')}"`))
  return `{${quoted.join(',')}}`
}
