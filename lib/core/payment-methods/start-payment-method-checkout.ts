import { createHash, randomUUID } from 'node:crypto'
import { BillingError } from '@/lib/kit/errors'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { ensureCustomer } from '../customers/ensure-customer'
import { decideReturnUrl } from '../top-ups/decide-return-url'

export type PaymentMethodCheckoutInput = Readonly<{
  /** Where Checkout returns to; null: the billing page. */
  returnUrl: string | null
  /** The caller's Idempotency-Key: the same key and the same request open the same Checkout. Null: every call opens one. */
  idempotencyKey: string | null
}>

const RETRY_SECONDS = 5

/**
 * Opens a Checkout that saves a payment method and charges nothing. Nothing of ours is written: a Checkout that nobody
 * finishes ends by itself, and one that is finished is told by the event of its method, the first of which becomes the
 * default. @throws BillingError `invalid_input` (returnUrl), `payment_provider_unavailable`
 */
export async function startPaymentMethodCheckout(
  ctx: Context,
  input: PaymentMethodCheckoutInput,
): Promise<Readonly<{ clientSecret: string }>> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const terms = decideTerms(ctx, input)
  const attempt = input.idempotencyKey ?? randomUUID()
  const open = (customerId: string) =>
    ctx.payments.createPaymentMethodCheckout({
      accountId,
      customerId,
      ...terms,
      idempotencyKey: keyOf([customerId, attempt, terms.returnUrl, terms.redirect]),
    })

  const customerId = await ensureCustomer(ctx, null)
  const opened = (await open(customerId)) ?? (await open(await ensureCustomer(ctx, customerId)))
  if (opened !== null) return opened
  throw new BillingError('payment_provider_unavailable', 'The payment provider is not available.', {
    internal: `the provider does not know the customer that it made in place of ${customerId}`,
    retryAfterSeconds: RETRY_SECONDS,
  })
}

/** The dashboard mounts Checkout itself and stays; a program, and whoever names a URL, is returned. */
function decideTerms(ctx: Context, { returnUrl }: PaymentMethodCheckoutInput) {
  const decided = decideReturnUrl(returnUrl, ctx.site, '/billing')
  if (!decided.accepted) {
    throw new BillingError('invalid_input', 'The request is not valid', {
      fields: { formErrors: [], fieldErrors: { returnUrl: [decided.reason] } },
    })
  }
  const stays = ctx.actor.kind === 'user' && returnUrl === null
  return { returnUrl: decided.url, redirect: stays ? ('if_required' as const) : ('always' as const) }
}

/** The customer is the provider's own id, so no other installation of ours makes the same key. */
function keyOf(parts: readonly string[]): string {
  return `card:${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40)}`
}
