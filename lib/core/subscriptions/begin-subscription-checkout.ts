import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Context } from '../context'
import { actorName, requireScope } from '../actor'
import type { CheckoutTerms } from '../top-ups/decide-checkout-terms'
import { sha256OfRequest } from '../top-ups/request-hash'
import type { Interval } from '../ports/subscription-provider'

/** Longer than the provider may take to answer: until then a second request with the key is refused. */
const LEASE_SECONDS = 60

export type SubscriptionRequest = Readonly<{
  accountId: bigint
  /** The id for a new order; an open one on the same terms keeps its own. */
  orderId: string
  interval: Interval
  terms: CheckoutTerms
  idempotencyKey: string | null
}>

/**
 * begun: `orderId` is to be paid, in the Checkout `sessionId` where it has one. other_open: one on other terms is to be
 * closed first. replayed: the caller's key was answered before. The rest wrote nothing.
 */
export type SubscriptionBeginning =
  | Readonly<{
      status: 'begun'
      orderId: string
      sessionId: string | null
      customerId: string
      quantity: number
      lease: string | null
    }>
  | Readonly<{ status: 'other_open'; orderId: string; sessionId: string | null }>
  | Readonly<{ status: 'replayed'; clientSecret: string }>
  | Readonly<{ status: 'mismatch' | 'in_flight' | 'no_customer' | 'no_numbers' | 'subscribed' }>

const row = z.union([
  z
    .object({
      status: z.literal('begun'),
      order_id: z.string(),
      session_id: z.string().nullable(),
      customer_id: z.string(),
      quantity: z.int(),
      lease: z.string().nullable(),
    })
    .transform(({ order_id: orderId, session_id: sessionId, customer_id: customerId, ...rest }) => ({
      ...rest,
      orderId,
      sessionId,
      customerId,
    })),
  z
    .object({ status: z.literal('other_open'), order_id: z.string(), session_id: z.string().nullable() })
    .transform(({ status, order_id: orderId, session_id: sessionId }) => ({ status, orderId, sessionId })),
  z
    .object({ status: z.literal('replayed'), answer: z.object({ clientSecret: z.string() }) })
    .transform(({ status, answer }) => ({ status, clientSecret: answer.clientSecret })),
  z.object({ status: z.enum(['mismatch', 'in_flight', 'no_customer', 'no_numbers', 'subscribed']) }),
])

/** Commits the order before anyone is asked for money. An account has one open at a time, whoever asks. */
export async function beginSubscriptionCheckout(
  ctx: Context,
  request: SubscriptionRequest,
): Promise<SubscriptionBeginning> {
  requireScope(ctx.actor, 'billing:write')
  const { accountId, orderId, interval, terms, idempotencyKey } = request
  const hash = sha256OfRequest('start-subscription-checkout', [interval, terms])
  const [answered] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select status, order_id, session_id, customer_id, quantity, lease, answer
        from begin_subscription_checkout(${accountId}, ${orderId}, ${ctx.payments.livemode}, ${interval}, ${terms.returnUrl},
          ${terms.redirect}, ${actorName(ctx.actor)}, ${idempotencyKey}, ${hash}, make_interval(secs => ${LEASE_SECONDS}),
          ${ctx.now()})`,
  )
  return row.parse(answered)
}
