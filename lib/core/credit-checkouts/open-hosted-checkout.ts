import { z } from 'zod'
import { requireScope } from '../actor'
import type { Context } from '../context'
import type { HostedCheckout } from '../ports/payment-provider'
import type { OrderTerms } from '../top-ups/begin-credits-checkout'
import { runCreditsCheckout } from '../top-ups/run-credits-checkout'

/** Where the customer pays, and the session by which the provider knows it. */
export type HostedCheckoutAnswer = Readonly<{ checkoutUrl: string; sessionId: string }>

type Deed = Readonly<{
  verb: string
  request: unknown
  idempotencyKey: string | null
  terms: OrderTerms
  page: Pick<HostedCheckout, 'item' | 'successUrl' | 'cancelUrl'>
}>

const answer = z.object({ checkoutUrl: z.string(), sessionId: z.string() })

/**
 * Starts a purchase for an amount of ours on the provider's own page. @throws BillingError as `runCreditsCheckout`
 */
export async function openHostedCheckout(
  ctx: Context,
  { page, ...deed }: Deed,
): Promise<HostedCheckoutAnswer> {
  requireScope(ctx.actor, 'billing:write')
  return runCreditsCheckout(ctx, {
    ...deed,
    answer,
    open: async (order) => {
      const checkout = await ctx.payments.createHostedCheckout({ ...order, ...page })
      if (checkout === null) return null
      const { sessionId, url: checkoutUrl } = checkout
      return { sessionId, answer: { checkoutUrl, sessionId } }
    },
  })
}
