import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import type { Money } from '@/lib/kit/money'
import { parsePostingOutcome, type PostingOutcome } from './posting-outcome'

export type CreditSpend = Readonly<{
  accountId: bigint
  code: 'usage' | 'rent'
  /** Unique in the account: `usage:<event id>` for usage. */
  reference: string
  amount: Money
  /** How far below zero the balance may go; null: without limit, for what has happened already. */
  overdraftLimit: Money | null
  occurredAt: Instant
  now: Instant
}>

/** Takes an amount from the wallet, or answers `insufficient` and takes nothing. */
export function spendCredit(db: Database, spend: CreditSpend): Promise<PostingOutcome> {
  return callDatabase(db, async (sql) => {
    const [row] = await sql`
      select * from ledger.spend(${spend.accountId}, ${spend.code}, ${spend.reference}, ${spend.amount.micros},
        ${spend.overdraftLimit?.micros ?? null}, ${spend.occurredAt}, ${spend.now})`
    return parsePostingOutcome(row)
  })
}
