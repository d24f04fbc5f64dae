import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'

/**
 * Whoever charges a purchase is left alone for so long. Two at it are no harm, since they send the same calls under the
 * same keys; that one which lost its process is settled within a minute matters more.
 */
export const LEASE_SECONDS = 30

/** A purchase that the caller holds until its lease ends. */
export type TakenPurchase = Readonly<{
  purchaseId: string
  accountId: bigint
  customerId: string
  amount: Money
  /** Null: the customer's default, which is not known yet. */
  paymentMethodId: string | null
  /** Whether the method was looked up, and is the one that every attempt charges. */
  methodKnown: boolean
  attempt: number
  createdAt: Instant
}>

const row = z.object({
  account_id: z.bigint(),
  customer_id: z.string(),
  amount_micros: z.bigint(),
  payment_method_id: z.string().nullable(),
  method_known: z.boolean(),
  attempt: z.int(),
  created_at: z.date(),
})

/**
 * Takes a purchase up that nobody is at, an account's own (null: anybody's). Null where there is none such, it has its
 * end, waits for the customer, or is in somebody's hands.
 */
export async function takePurchase(
  db: Database,
  accountId: bigint | null,
  purchaseId: string,
): Promise<TakenPurchase | null> {
  const [found] = await callDatabase(
    db,
    (sql) => sql`
      select * from take_purchase(${purchaseId}, ${accountId}, make_interval(secs => ${LEASE_SECONDS}))`,
  )
  if (found === undefined) return null
  const taken = row.parse(found)
  return {
    purchaseId,
    accountId: taken.account_id,
    customerId: taken.customer_id,
    amount: usd(taken.amount_micros),
    paymentMethodId: taken.payment_method_id,
    methodKnown: taken.method_known,
    attempt: taken.attempt,
    createdAt: taken.created_at,
  }
}
