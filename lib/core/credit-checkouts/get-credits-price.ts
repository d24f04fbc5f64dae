import { requireScope } from '../actor'
import type { Context } from '../context'
import type { CreditsBundle } from '../ports/payment-provider'

/** What a bundle of credits costs now, and how many it grants. @throws BillingError `payment_provider_unavailable` */
export async function getCreditsPrice(ctx: Context): Promise<CreditsBundle> {
  requireScope(ctx.actor, 'billing:read')
  return ctx.payments.creditsBundle()
}
