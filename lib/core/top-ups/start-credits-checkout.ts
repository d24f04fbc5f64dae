import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { newId } from '@/lib/kit/ids'
import { actorName, requireScope } from '../actor'
import type { Context } from '../context'
import { ensureCustomer } from '../customers/ensure-customer'
import { beginCreditsCheckout, type CheckoutBeginning } from './begin-credits-checkout'
import { decideCheckoutTerms, type CheckoutTerms } from './decide-checkout-terms'

export type CreditsCheckoutInput = Readonly<{
  /** Where Checkout returns to; null: our own page. */
  returnUrl: string | null
  /** The caller's Idempotency-Key; null: every call starts a Checkout of its own. */
  idempotencyKey: string | null
}>

type Begun = Extract<CheckoutBeginning, { status: 'begun' | 'replayed' }>
type Order = Extract<CheckoutBeginning, { status: 'begun' }>
type Deed = CreditsCheckoutInput & Readonly<{ accountId: bigint; terms: CheckoutTerms }>

const RETRY_SECONDS = 5

/**
 * Starts a top-up: the customer types the amount in the embedded Checkout that the client secret opens. Nothing is
 * credited here, only when the resulting invoice is paid. Our order is committed before the provider is asked, and its
 * id is the provider's idempotency key, so a retry never makes a second Checkout of one order.
 * @throws BillingError `invalid_input` (returnUrl), `subscription_active`, `idempotency_key_reused`, `in_flight`,
 * `payment_provider_unavailable`
 */
export async function startCreditsCheckout(
  ctx: Context,
  input: CreditsCheckoutInput,
): Promise<Readonly<{ clientSecret: string }>> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const deed = { ...input, accountId, terms: decideCheckoutTerms(ctx.actor, ctx.site, input.returnUrl) }

  const begun = await begin(ctx, deed, null)
  if (begun.status === 'replayed') return { clientSecret: begun.clientSecret }
  const opened = await open(ctx, deed, begun)
  if (opened !== null) return opened

  await ensureCustomer(ctx, begun.customerId)
  const again = await begin(ctx, deed, begun)
  if (again.status === 'replayed') return { clientSecret: again.clientSecret }
  const reopened = await open(ctx, deed, again)
  if (reopened !== null) return reopened
  throw unavailable(`the provider knows neither ${begun.customerId} nor ${again.customerId}`)
}

/** The order, or the answer of the request that came first with this key. `replaces`: an order that came to nothing. */
async function begin(ctx: Context, deed: Deed, replaces: Order | null): Promise<Begun> {
  const request = {
    accountId: deed.accountId,
    orderId: newId('ord'),
    livemode: ctx.payments.livemode,
    requestedBy: actorName(ctx.actor),
    idempotencyKey: deed.idempotencyKey,
    request: deed.terms,
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

/** The Checkout of an order; null where the provider no longer knows the customer. A failure frees the caller's key. */
async function open(ctx: Context, deed: Deed, order: Order): Promise<{ clientSecret: string } | null> {
  const { accountId, idempotencyKey, terms } = deed
  const { orderId, customerId, lease } = order
  try {
    const checkout = await ctx.payments.createCreditsCheckout({ accountId, orderId, customerId, ...terms })
    if (checkout === null) return null
    const answer = { clientSecret: checkout.clientSecret }
    await callDatabase(
      ctx.db,
      (sql) => sql`
        select finish_credits_checkout(
          ${accountId}, ${orderId}, ${checkout.sessionId}, ${idempotencyKey}, ${lease}, ${sql.json(answer)})`,
    )
    return answer
  } catch (error) {
    await release(ctx, deed, order)
    throw error
  }
}

/**
 * Frees the caller's key: nobody was given the Checkout of this order, so a retry begins a new one, whose key at the
 * provider is not burdened with this failure. Nothing happens once a retry took the key over; where even this fails,
 * the lease runs out by itself.
 */
async function release(ctx: Context, { accountId, idempotencyKey }: Deed, order: Order): Promise<void> {
  const { orderId, lease } = order
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
