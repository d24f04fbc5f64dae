import type { Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'

/** What a subscription costs for one number, as the provider has it. @throws BillingError `payment_provider_unavailable` */
export async function getNumberPricing(ctx: Context): Promise<Readonly<{ monthly: Money; annual: Money }>> {
  requireScope(ctx.actor, 'billing:read')
  return ctx.payments.numberPricing()
}
