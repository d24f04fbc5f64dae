import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { requireScope } from '../actor'
import { auditCall } from '../audit/record-audit'
import type { Context } from '../context'
import { findCustomer } from '../customers/find-customer'
import { ensureDefaultPaymentMethod } from './ensure-default-payment-method'
import { isPaymentMethodId, noSuchPaymentMethod } from './payment-method-id'

/**
 * Removes a saved payment method for good; where it was the default, the next becomes it. The provider would detach any
 * method by its bare id, so it is asked for the account's own first, and a foreign id is told the same as one that nobody
 * has. Repeating a removal is told that it is done, and finishes what an interrupted one left undone.
 * @throws BillingError `not_found`, `payment_provider_unavailable`, `database_unavailable`
 */
export async function removePaymentMethod(
  ctx: Context,
  { paymentMethodId }: Readonly<{ paymentMethodId: string }>,
): Promise<void> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const customerId = isPaymentMethodId(paymentMethodId) ? await findCustomer(ctx.db, accountId) : null
  if (customerId === null) throw noSuchPaymentMethod()

  const isSaved = async () =>
    (await ctx.payments.paymentMethods(customerId)).some(({ id }) => id === paymentMethodId)
  if (await isSaved()) {
    await writeDown(ctx, accountId, paymentMethodId)
    const detached = await ctx.payments.detachPaymentMethod(paymentMethodId)
    if (!detached && (await isSaved())) throw refused(paymentMethodId)
  } else if (!(await wasRemoved(ctx, accountId, paymentMethodId))) {
    throw noSuchPaymentMethod()
  }
  // Where another was the default, a subscription may still have named the removed one.
  if (!(await ensureDefaultPaymentMethod(ctx, customerId, 'next')))
    await ctx.payments.alignRenewals(customerId)
}

/** Before the deed, so that whoever repeats it after a crash is known to have had it. */
async function writeDown(ctx: Context, accountId: bigint, paymentMethodId: string): Promise<void> {
  const act = {
    actor: ctx.actor,
    action: 'payment-method.removed',
    accountId,
    target: paymentMethodId,
    now: ctx.now(),
  } as const
  await callDatabase(
    ctx.db,
    (sql) => sql`
      with noted as (
        insert into removed_payment_method (account_id, id, removed_at) values (${accountId}, ${paymentMethodId}, ${ctx.now()})
        on conflict do nothing returning id)
      select ${auditCall(sql, act)} from noted`,
  )
}

async function wasRemoved(ctx: Context, accountId: bigint, paymentMethodId: string): Promise<boolean> {
  const rows = await callDatabase(
    ctx.db,
    (sql) =>
      sql`select from removed_payment_method where account_id = ${accountId} and id = ${paymentMethodId}`,
  )
  return rows.length > 0
}

function refused(paymentMethodId: string): BillingError {
  return new BillingError(
    'payment_provider_unavailable',
    'The payment provider is not available. Try again shortly.',
    { internal: `${paymentMethodId} is not detached`, retryAfterSeconds: 5 },
  )
}
