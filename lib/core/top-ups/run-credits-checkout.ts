import type { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { newId } from '@/lib/kit/ids'
import { actorName, requireScope } from '../actor'
import type { Context } from '../context'
import { ensureCustomer } from '../customers/ensure-customer'
import { beginCreditsCheckout, type CheckoutBeginning, type OrderTerms } from './begin-credits-checkout'

/** A Checkout that sells credits, as one verb wants it. */
export type CreditsCheckoutDeed<Answer> = Readonly<{
  /** What the caller's key stands for: the verb and its input. */
  verb: string
  request: unknown
  /** The caller's Idempotency-Key; null: every call starts a Checkout of its own. */
  idempotencyKey: string | null
  /** Null where the customer chooses the amount, and is granted it. */
  terms: OrderTerms | null
  /** What is told to the caller, and kept for a repeat. */
  answer: z.ZodType<Answer>
  /** Makes the Checkout of an order of ours; null where the provider no longer knows the customer. */
  open(order: PlacedOrder): Promise<Readonly<{ sessionId: string; answer: Answer }> | null>
}>

export type PlacedOrder = Readonly<{ orderId: string; accountId: bigint; customerId: string }>

type Begun = Extract<CheckoutBeginning, { status: 'begun' | 'replayed' }>
type Order = Extract<CheckoutBeginning, { status: 'begun' }>

const RETRY_SECONDS = 5

/**
 * Starts a purchase in a Checkout of the provider's. Nothing is credited here, only when the resulting invoice is paid.
 * Our order is committed before the provider is asked, and its id is the provider's idempotency key, so a retry never
 * makes a second Checkout of one order.
 * @throws BillingError `impersonating`, `forbidden`, `subscription_active`, `idempotency_key_reused`, `in_flight`,
 * `payment_provider_unavailable`, `database_unavailable`
 */
export async function runCreditsCheckout<Answer extends Readonly<Record<string, string>>>(
  ctx: Context,
  deed: CreditsCheckoutDeed<Answer>,
): Promise<Answer> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const begun = await begin(ctx, deed, accountId, null)
  if (begun.status === 'replayed') return deed.answer.parse(begun.answer)
  const opened = await open(ctx, deed, { ...begun, accountId })
  if (opened !== null) return opened

  await ensureCustomer(ctx, begun.customerId)
  const again = await begin(ctx, deed, accountId, begun)
  if (again.status === 'replayed') return deed.answer.parse(again.answer)
  const reopened = await open(ctx, deed, { ...again, accountId })
  if (reopened !== null) return reopened
  throw unavailable(`the provider knows neither ${begun.customerId} nor ${again.customerId}`)
}

/** The order, or the answer of the request that came first with this key. `replaces`: an order that came to nothing. */
async function begin<Answer>(
  ctx: Context,
  { verb, request: input, idempotencyKey, terms }: CreditsCheckoutDeed<Answer>,
  accountId: bigint,
  replaces: Order | null,
): Promise<Begun> {
  const request = {
    accountId,
    orderId: newId('ord'),
    livemode: ctx.payments.livemode,
    requestedBy: actorName(ctx.actor),
    terms,
    idempotencyKey,
    verb,
    request: input,
    replaces,
    now: ctx.now(),
  }
  let begun = await beginCreditsCheckout(ctx.db, request)
  if (begun.status === 'no_customer') {
    await ensureCustomer(ctx, null)
    begun = await beginCreditsCheckout(ctx.db, request)
  }
  switch (begun.status) {
    case 'mismatch':
      throw new BillingError(
        'idempotency_key_reused',
        'This Idempotency-Key came with another request before.',
      )
    case 'in_flight':
      throw new BillingError('in_flight', 'A request with this Idempotency-Key is still running.', {
        retryAfterSeconds: RETRY_SECONDS,
      })
    case 'subscribed':
      throw new BillingError(
        'subscription_active',
        'A subscription covers your numbers: top-ups are not available while it does.',
      )
    case 'no_customer':
      throw unavailable('the customer was removed meanwhile')
    default:
      return begun
  }
}

type Placed = Order & Readonly<{ accountId: bigint }>

/** The Checkout of an order; null where the provider no longer knows the customer. A failure frees the caller's key. */
async function open<Answer extends Readonly<Record<string, string>>>(
  ctx: Context,
  deed: CreditsCheckoutDeed<Answer>,
  { accountId, orderId, customerId, lease }: Placed,
): Promise<Answer | null> {
  try {
    const checkout = await deed.open({ accountId, orderId, customerId })
    if (checkout === null) return null
    const { sessionId, answer } = checkout
    await callDatabase(
      ctx.db,
      (sql) => sql`
        select finish_credits_checkout(
          ${accountId}, ${orderId}, ${sessionId}, ${deed.idempotencyKey}, ${lease}, ${sql.json(answer)})`,
    )
    return answer
  } catch (error) {
    await release(ctx, deed.idempotencyKey, { accountId, orderId, lease })
    throw error
  }
}

/**
 * Frees the caller's key: nobody was given the Checkout of this order, so a retry begins a new one, whose key at the
 * provider is not burdened with this failure. Nothing happens once a retry took the key over; where even this fails,
 * the lease runs out by itself.
 */
async function release(
  ctx: Context,
  idempotencyKey: string | null,
  { accountId, orderId, lease }: Pick<Placed, 'accountId' | 'orderId' | 'lease'>,
): Promise<void> {
  if (idempotencyKey === null) return
  try {
    await callDatabase(
      ctx.db,
      (sql) => sql`select release_checkout_key(${accountId}, ${orderId}, ${idempotencyKey}, ${lease})`,
    )
  } catch (error) {
    ctx.log.warn({ err: error, orderId }, 'the idempotency key stays leased')
  }
}

function unavailable(internal: string): BillingError {
  return new BillingError('payment_provider_unavailable', 'The payment provider is not available.', {
    internal,
    retryAfterSeconds: RETRY_SECONDS,
  })
}
