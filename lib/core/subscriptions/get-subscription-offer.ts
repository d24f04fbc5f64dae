import { usd, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { listNumbers } from '../numbers/list-numbers'
import type { Interval } from '../ports/subscription-provider'

type Offer = Readonly<{ each: Money; total: Money }>

/** What a subscription of all of the account's numbers would cost. */
export type SubscriptionOffer = Readonly<{ quantity: number } & Record<Interval, Offer>>

/**
 * What a subscription costs for a number and for all that the account holds, by how often it is billed, before tax and
 * discounts. @throws BillingError `payment_provider_unavailable`
 */
export async function getSubscriptionOffer(ctx: Context): Promise<SubscriptionOffer> {
  requireScope(ctx.actor, 'billing:read')
  const [pricing, numbers] = await Promise.all([ctx.payments.numberPricing(), listNumbers(ctx)])
  const quantity = numbers.length
  const offer = (each: Money): Offer => ({ each, total: usd(each.micros * BigInt(quantity)) })
  return { quantity, monthly: offer(pricing.monthly), annual: offer(pricing.annual) }
}
