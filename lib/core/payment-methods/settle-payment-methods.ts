import { requireScope } from '../actor'
import type { Context } from '../context'
import { findCustomer } from '../customers/find-customer'
import { ensureDefaultPaymentMethod } from './ensure-default-payment-method'

/**
 * Makes the first saved method the default without waiting for the webhook: for a page on which a Checkout that saves one
 * has just ended. @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function settlePaymentMethods(ctx: Context): Promise<void> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const customerId = await findCustomer(ctx.db, accountId)
  if (customerId !== null) await ensureDefaultPaymentMethod(ctx, customerId)
}
