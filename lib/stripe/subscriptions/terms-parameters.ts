import type Stripe from 'stripe'
import type { SubscriptionTerms } from '@/lib/core/ports/subscription-provider'
import type { Wire } from '../wire'

/**
 * What previews and changes share, so that the one quotes what the other charges. The quantity is always named: without
 * it Stripe sets it to 1 where the price changes. The period is too: in flexible billing mode nothing else begins one
 * anew. What is due is charged at once.
 */
function sharedParameters(terms: SubscriptionTerms, priceId: string) {
  return {
    items: [{ id: terms.itemId, price: priceId, quantity: terms.quantity }],
    proration_behavior: 'always_invoice',
    ...(terms.period === 'anew'
      ? ({ billing_cycle_anchor: { type: 'now' }, cancel_at_period_end: false } as const)
      : {}),
    ...(terms.prorationDate === null ? {} : { proration_date: terms.prorationDate }),
  } as const
}

function discountsOf(terms: SubscriptionTerms) {
  return terms.promotionCodeId === null ? {} : { discounts: [{ promotion_code: terms.promotionCodeId }] }
}

export function previewParameters(terms: SubscriptionTerms, priceId: string) {
  const { items, ...shared } = sharedParameters(terms, priceId)
  return {
    customer: terms.customerId,
    subscription: terms.subscriptionId,
    subscription_details: { items: [...items], ...shared },
    ...discountsOf(terms),
  } satisfies Wire<Stripe.InvoiceCreatePreviewParams>
}

/** `error_if_incomplete`: where the charge does not go through, nothing changes. */
export function changeParameters(terms: SubscriptionTerms, priceId: string) {
  const { items, ...shared } = sharedParameters(terms, priceId)
  return {
    items: [...items],
    ...shared,
    ...discountsOf(terms),
    payment_behavior: 'error_if_incomplete',
  } satisfies Wire<Stripe.SubscriptionUpdateParams>
}
