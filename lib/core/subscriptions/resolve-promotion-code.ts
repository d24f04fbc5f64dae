import { exactCents } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'
import type { Interval } from '../ports/subscription-provider'
import { decidePromotionCode } from './decide-promotion-code'
import { refuseField } from './refuse-field'

/**
 * The provider's id of a code that a customer typed, null for none typed.
 * @throws BillingError `invalid_input` (promotionCode) where it cannot be used on these terms
 */
export async function resolvePromotionCode(
  ctx: Context,
  typed: string | null,
  terms: Readonly<{ customerId: string; interval: Interval; quantity: number }>,
): Promise<string | null> {
  requireScope(ctx.actor, 'billing:read')
  if (typed === null) return null
  const { subscriptions } = ctx.payments
  const [code, pricing, products] = await Promise.all([
    subscriptions.promotionCode(typed),
    ctx.payments.numberPricing(),
    subscriptions.productIds(),
  ])
  const reason = decidePromotionCode(code, {
    customerId: terms.customerId,
    productId: products[terms.interval],
    priceCents: exactCents(pricing[terms.interval]) * terms.quantity,
    now: ctx.now(),
  })
  if (reason !== null || code === null) throw refuseField('promotionCode', reason ?? 'No such promotion code')
  return code.id
}
