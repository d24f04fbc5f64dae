import { requireScope } from '../actor'
import { recordAudit } from '../audit/record-audit'
import type { Context } from '../context'
import { findCustomer } from '../customers/find-customer'
import { isPaymentMethodId, noSuchPaymentMethod } from './payment-method-id'

/**
 * Makes one of the account's saved payment methods the one that invoices and renewals are paid with. It may be so already.
 * @throws BillingError `not_found`, `payment_provider_unavailable`
 */
export async function setDefaultPaymentMethod(
  ctx: Context,
  { paymentMethodId }: Readonly<{ paymentMethodId: string }>,
): Promise<void> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const customerId = isPaymentMethodId(paymentMethodId) ? await findCustomer(ctx.db, accountId) : null
  if (customerId === null) throw noSuchPaymentMethod()
  const methods = await ctx.payments.paymentMethods(customerId)
  const method = methods.find(({ id }) => id === paymentMethodId)
  if (method === undefined) throw noSuchPaymentMethod()
  if (!method.isDefault) {
    // Before the deed: after one whose answer is lost it is the default already, and nothing would be written any more.
    await recordAudit(ctx.db, {
      actor: ctx.actor,
      action: 'payment-method.made-default',
      accountId,
      target: paymentMethodId,
      now: ctx.now(),
    })
    if (!(await ctx.payments.setDefaultPaymentMethod(customerId, paymentMethodId)))
      throw noSuchPaymentMethod()
  }
  // Also where it was the default: an earlier call may have come no further.
  await ctx.payments.alignRenewals(customerId)
}
