import { requireSystemOr } from '../actor'
import type { Context } from '../context'
import type { SavedPaymentMethod } from '../ports/payment-provider'

/** Which becomes the default: the one saved first, or the next in the order in which they are listed. */
export type Successor = 'first' | 'next'

/** Methods may be removed while one is chosen; more often than this they are not. */
const TRIES_MAX = 5

/**
 * Sees to it that a customer who has reusable methods has a default. Where there is one, or no method, nothing changes.
 * The customer is one that the caller read from our own rows.
 * @returns whether a default was set. @throws BillingError `impersonating`, `forbidden`, `payment_provider_unavailable`
 */
export async function ensureDefaultPaymentMethod(
  ctx: Context,
  customerId: string,
  successor: Successor = 'first',
): Promise<boolean> {
  requireSystemOr(ctx.actor, 'billing:write')
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const methods = await ctx.payments.paymentMethods(customerId)
    const chosen = methods.some((method) => method.isDefault) ? undefined : choose(methods, successor)
    if (chosen === undefined) return false
    if (await ctx.payments.setDefaultPaymentMethod(customerId, chosen.id)) {
      await ctx.payments.alignRenewals(customerId)
      ctx.log.info({ customerId, paymentMethodId: chosen.id }, 'a saved payment method was made the default')
      return true
    }
  }
  return false
}

function choose(
  methods: readonly SavedPaymentMethod[],
  successor: Successor,
): SavedPaymentMethod | undefined {
  if (successor === 'next') return methods[0]
  return methods.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())[0]
}
