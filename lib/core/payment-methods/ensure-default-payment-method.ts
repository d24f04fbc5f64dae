import { requireSystemOr } from '../actor'
import type { Context } from '../context'

/**
 * Makes the first saved card the customer's default: where there are reusable methods and none is the default, the
 * oldest becomes it. Where there is a default, or no method, nothing changes.
 * The customer is one that the caller read from our own rows.
 * @returns whether a default was set. @throws BillingError `impersonating`, `forbidden`, `payment_provider_unavailable`
 */
export async function ensureDefaultPaymentMethod(ctx: Context, customerId: string): Promise<boolean> {
  requireSystemOr(ctx.actor, 'billing:write')
  const methods = await ctx.payments.paymentMethods(customerId)
  if (methods.some((method) => method.isDefault)) return false
  const [oldest] = methods.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
  if (oldest === undefined) return false
  await ctx.payments.setDefaultPaymentMethod(customerId, oldest.id)
  ctx.log.info({ customerId, paymentMethodId: oldest.id }, 'first saved payment method made the default')
  return true
}
