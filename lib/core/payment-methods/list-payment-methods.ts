import { requireScope } from '../actor'
import type { Context } from '../context'
import { findCustomer } from '../customers/find-customer'
import type { SavedPaymentMethod } from '../ports/payment-provider'

/** The account's saved payment methods, live, the default first. @throws BillingError `payment_provider_unavailable` */
export async function listPaymentMethods(ctx: Context): Promise<readonly SavedPaymentMethod[]> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const customerId = await findCustomer(ctx.db, accountId)
  return customerId === null ? [] : ctx.payments.paymentMethods(customerId)
}
