import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { newId } from '@/lib/kit/ids'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { ensureCustomer } from '../customers/ensure-customer'
import type { Interval } from '../ports/subscription-provider'
import { decideCheckoutTerms } from '../top-ups/decide-checkout-terms'
import {
  beginSubscriptionCheckout,
  type SubscriptionBeginning,
  type SubscriptionRequest,
} from './begin-subscription-checkout'
import { closeSubscriptionOrder } from './close-subscription-order'
import { convergeSubscription } from './converge-subscription'

export type SubscriptionCheckoutInput = Readonly<{
  interval: Interval
  /** Where Checkout returns to; null: our own page. */
  returnUrl: string | null
  idempotencyKey: string | null
}>

type Begun = Extract<SubscriptionBeginning, { status: 'begun' }>
type Opened = Readonly<{ clientSecret: string }>

const RETRY_SECONDS = 5
/** Of beginning, each time after something in the way was cleared: a customer that is gone, a Checkout on other terms. */
const ATTEMPTS_MAX = 4

/**
 * Starts the Checkout for a subscription of all of the account's numbers, one unit each. Nothing is covered here, only
 * when the invoice is paid. An account has one such Checkout open at a time: asking again on the same terms opens the
 * same, on others closes it first, so that no more than one can be paid.
 * @throws BillingError `invalid_input` (returnUrl, no numbers), `subscription_active`, `conflict`, `in_flight`,
 * `idempotency_key_reused`, `payment_provider_unavailable`
 */
export async function startSubscriptionCheckout(
  ctx: Context,
  input: SubscriptionCheckoutInput,
): Promise<Opened> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const { interval, idempotencyKey, returnUrl } = input
  const terms = decideCheckoutTerms(ctx.actor, ctx.site, returnUrl)
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const request = { accountId, orderId: newId('ord'), interval, terms, idempotencyKey }
    const begun = await beginSubscriptionCheckout(ctx, request)
    const opened = await proceed(ctx, request, begun)
    if (opened !== null) return opened
  }
  throw new BillingError('conflict', 'Another checkout was started at the same time. Try again.')
}

/** The opened Checkout, or null where what stood in the way was cleared and it is to be begun again. */
async function proceed(
  ctx: Context,
  request: SubscriptionRequest,
  begun: SubscriptionBeginning,
): Promise<Opened | null> {
  switch (begun.status) {
    case 'begun':
      return open(ctx, request, begun)
    case 'replayed':
      return { clientSecret: begun.clientSecret }
    case 'other_open':
      await closeOther(ctx, begun.orderId, begun.sessionId)
      return null
    case 'no_customer':
      await ensureCustomer(ctx, null)
      return null
    default:
      throw refusalOf(begun.status)
  }
}

/** The Checkout of an order: the one that it has, or a new one. A failure frees the caller's key. */
async function open(ctx: Context, request: SubscriptionRequest, begun: Begun): Promise<Opened | null> {
  try {
    if (begun.sessionId !== null) {
      const session = await ctx.payments.checkout(begun.sessionId)
      if (session?.status === 'open' && session.clientSecret !== null) {
        return await finish(ctx, request, begun, {
          sessionId: session.id,
          clientSecret: session.clientSecret,
        })
      }
      await closeOther(ctx, begun.orderId, begun.sessionId)
    } else {
      const checkout = await create(ctx, request, begun)
      if (checkout !== null) return await finish(ctx, request, begun, checkout)
      await closeSubscriptionOrder(ctx, { id: begun.orderId, sessionId: null }, 'expired')
      await ensureCustomer(ctx, begun.customerId)
    }
    await release(ctx, request, begun)
    return null
  } catch (error) {
    await release(ctx, request, begun)
    throw error
  }
}

function create(ctx: Context, { accountId, interval, terms }: SubscriptionRequest, begun: Begun) {
  const { orderId, customerId, quantity } = begun
  return ctx.payments.subscriptions.createCheckout({
    orderId,
    accountId,
    customerId,
    interval,
    quantity,
    ...terms,
  })
}

/** Keeps what was opened; null where the order was closed meanwhile, and what was made of it with it. */
async function finish(
  ctx: Context,
  { accountId, idempotencyKey }: SubscriptionRequest,
  { orderId, lease }: Begun,
  { sessionId, clientSecret }: Readonly<{ sessionId: string; clientSecret: string }>,
): Promise<Opened | null> {
  const answer = { clientSecret }
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql<{ kept: boolean }[]>`
      select finish_subscription_checkout(${accountId}, ${orderId}, ${sessionId}, ${idempotencyKey}, ${lease},
        ${sql.json(answer)}) as kept`,
  )
  if (row?.kept === true) return answer
  await ctx.payments.subscriptions.expireCheckout(sessionId)
  return null
}

/**
 * Closes an order so that a new one can begin. One whose Checkout nobody was given yet is simply closed: whoever is
 * opening it finds that out and closes the Checkout.
 * @throws BillingError `subscription_active` where it was paid meanwhile
 */
async function closeOther(ctx: Context, orderId: string, sessionId: string | null): Promise<void> {
  const end = sessionId === null ? 'expired' : await ctx.payments.subscriptions.expireCheckout(sessionId)
  if (end === 'complete' && sessionId !== null) {
    const session = await ctx.payments.checkout(sessionId)
    if (session?.subscriptionId != null) await convergeSubscription(ctx, session.subscriptionId)
    await closeSubscriptionOrder(ctx, { id: orderId, sessionId }, 'complete')
    throw refusalOf('subscribed')
  }
  await closeSubscriptionOrder(ctx, { id: orderId, sessionId }, 'expired')
}

/** Frees the caller's key, since nobody was given an answer; where even this fails, the lease runs out by itself. */
async function release(
  ctx: Context,
  { accountId, orderId, idempotencyKey }: SubscriptionRequest,
  { lease }: Begun,
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

function refusalOf(status: 'mismatch' | 'in_flight' | 'no_numbers' | 'subscribed'): BillingError {
  switch (status) {
    case 'mismatch':
      return new BillingError(
        'idempotency_key_reused',
        'This Idempotency-Key came with another request before.',
      )
    case 'in_flight':
      return new BillingError('in_flight', 'A request with this Idempotency-Key is still running.', {
        retryAfterSeconds: RETRY_SECONDS,
      })
    case 'no_numbers':
      return new BillingError('invalid_input', 'There is no number that a subscription could cover.')
    case 'subscribed':
      return new BillingError('subscription_active', 'The account has a subscription already.')
  }
}
