import { z } from 'zod'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { decideCheckoutTerms } from './decide-checkout-terms'
import { runCreditsCheckout } from './run-credits-checkout'

export type CreditsCheckoutInput = Readonly<{
  /** Where Checkout returns to; null: our own page. */
  returnUrl: string | null
  /** The caller's Idempotency-Key; null: every call starts a Checkout of its own. */
  idempotencyKey: string | null
}>

const answer = z.object({ clientSecret: z.string() })

/**
 * Starts a top-up: the customer types the amount in the embedded Checkout that the client secret opens. Nothing is
 * credited here, only when the resulting invoice is paid.
 * @throws BillingError `invalid_input` (returnUrl), `subscription_active`, `idempotency_key_reused`, `in_flight`,
 * `payment_provider_unavailable`
 */
export async function startCreditsCheckout(
  ctx: Context,
  { returnUrl, idempotencyKey }: CreditsCheckoutInput,
): Promise<Readonly<{ clientSecret: string }>> {
  requireScope(ctx.actor, 'billing:write')
  const terms = decideCheckoutTerms(ctx.actor, ctx.site, returnUrl)
  return runCreditsCheckout(ctx, {
    verb: 'start-credits-checkout',
    request: terms,
    idempotencyKey,
    terms: null,
    answer,
    open: async (order) => {
      const checkout = await ctx.payments.createCreditsCheckout({ ...order, ...terms })
      return checkout && { sessionId: checkout.sessionId, answer: { clientSecret: checkout.clientSecret } }
    },
  })
}
