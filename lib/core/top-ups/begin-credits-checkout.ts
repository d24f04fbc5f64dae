import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import type { Money } from '@/lib/kit/money'
import { sha256OfRequest } from './request-hash'

/** Longer than the provider may take to answer: until then a second request with the key is refused. */
const LEASE_SECONDS = 60

/** What an order costs, in whole cents, and the credit that it grants for that. */
export type OrderTerms = Readonly<{ due: Money; credit: Money }>

export type CheckoutRequest = Readonly<{
  accountId: bigint
  /** The id for a new order; one taken up again keeps its own. */
  orderId: string
  livemode: boolean
  requestedBy: string
  /** Null where the customer chooses the amount, and is granted it. */
  terms: OrderTerms | null
  idempotencyKey: string | null
  /** What the key stands for: the verb and its input. */
  verb: string
  request: unknown
  /** An order of this same request that came to nothing; null otherwise. */
  replaces: Readonly<{ orderId: string; lease: string | null }> | null
  now: Instant
}>

/**
 * begun: there is an order to be paid; `lease` is the hold on the caller's key, null without one. replayed: the key was answered before. mismatch: it was used for something else.
 * in_flight: its request is still running. no_customer: nothing was written, since the provider knows no customer yet.
 * subscribed: a subscription stands in the way.
 */
export type CheckoutBeginning =
  | Readonly<{ status: 'begun'; orderId: string; customerId: string; lease: string | null }>
  | Readonly<{ status: 'replayed'; answer: unknown }>
  | Readonly<{ status: 'mismatch' | 'in_flight' | 'no_customer' | 'subscribed' }>

const row = z.union([
  z.object({
    status: z.literal('begun'),
    order_id: z.string(),
    customer_id: z.string(),
    lease: z.string().nullable(),
  }),
  z.object({ status: z.literal('replayed'), answer: z.unknown() }),
  z.object({ status: z.enum(['mismatch', 'in_flight', 'no_customer', 'subscribed']) }),
])

/**
 * Commits the order before anyone is asked for money, together with what the caller's key stands for. A repeat with
 * the same order id finds what it began.
 */
export async function beginCreditsCheckout(
  db: Database,
  request: CheckoutRequest,
): Promise<CheckoutBeginning> {
  const hash = sha256OfRequest(request.verb, request.request)
  const [found] = await callDatabase(
    db,
    (sql) => sql`
      select status, order_id, customer_id, lease, answer
        from begin_credits_checkout(${request.accountId}, ${request.orderId}, ${request.livemode}, ${request.requestedBy},
          ${request.terms?.due.micros ?? null}, ${request.terms?.credit.micros ?? null}, ${request.idempotencyKey}, ${hash}, ${request.replaces?.orderId ?? null}, ${request.replaces?.lease ?? null},
          make_interval(secs => ${LEASE_SECONDS}), ${request.now})`,
  )
  const begun = row.parse(found)
  switch (begun.status) {
    case 'begun':
      return { status: 'begun', orderId: begun.order_id, customerId: begun.customer_id, lease: begun.lease }
    case 'replayed':
      return { status: 'replayed', answer: begun.answer }
    default:
      return { status: begun.status }
  }
}
