import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import type { Money } from '@/lib/kit/money'
import { parsePostingOutcome, type PostingOutcome } from './posting-outcome'

export type Clawback = Readonly<{
  accountId: bigint
  code: 'refund' | 'dispute'
  /** Unique in the account: the Stripe refund or dispute id. */
  reference: string
  /** The reference of the deposit that is taken back. */
  grantReference: string
  amount: Money
  occurredAt: Instant
  now: Instant
}>

/**
 * Takes a payment's credit back, at most what it granted over all its clawbacks: the outcome's total may be less than
 * the amount, and zero. `unknown_target`: the deposit is not booked (yet).
 */
export function clawBackCredit(db: Database, clawback: Clawback): Promise<PostingOutcome> {
  return callDatabase(db, async (sql) => {
    const [row] = await sql`
      select * from ledger.claw_back(${clawback.accountId}, ${clawback.code}, ${clawback.reference}, ${clawback.grantReference},
        ${clawback.amount.micros}, ${clawback.occurredAt}, ${clawback.now})`
    return parsePostingOutcome(row)
  })
}
