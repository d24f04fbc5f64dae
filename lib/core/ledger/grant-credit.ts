import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import type { Money } from '@/lib/kit/money'
import { parsePostingOutcome, type PostingOutcome } from './posting-outcome'

export type CreditGrant = Readonly<{
  accountId: bigint
  code: 'deposit_card' | 'deposit_welcome' | 'deposit_manual' | 'allowance'
  /** Unique in the account: the Stripe invoice id of a card deposit. */
  reference: string
  category: 'purchased' | 'promotional' | 'allowance'
  /** Within the category a lower number is spent first. */
  priority: number
  paid: Money
  promoted: Money
  /** Null: never. */
  expiresAt: Instant | null
  occurredAt: Instant
  now: Instant
}>

/** Books credit that came in; it repays overdraft first. The same reference posts once, however often it is called. */
export function grantCredit(db: Database, grant: CreditGrant): Promise<PostingOutcome> {
  return callDatabase(db, async (sql) => {
    const [row] = await sql`
      select * from ledger.grant_credit(${grant.accountId}, ${grant.code}, ${grant.reference}, ${grant.category},
        ${grant.priority}, ${grant.paid.micros}, ${grant.promoted.micros}, ${grant.expiresAt}, ${grant.occurredAt}, ${grant.now})`
    return parsePostingOutcome(row)
  })
}
