/**
 * The provider's events that the product acts on: what the webhook endpoint subscribes to, and what the sweep takes
 * out of the provider's event list. Handlers are total over it.
 */
export const SUBSCRIBED_EVENT_TYPES = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'invoice.paid',
  'invoice.payment_failed',
  'invoice.voided',
  'invoice.marked_uncollectible',
  'payment_intent.succeeded',
  'payment_method.attached',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'radar.early_fraud_warning.created',
  'radar.early_fraud_warning.updated',
] as const

export type SubscribedEventType = (typeof SUBSCRIBED_EVENT_TYPES)[number]

const subscribed: ReadonlySet<string> = new Set(SUBSCRIBED_EVENT_TYPES)

export function isSubscribedEventType(type: string): type is SubscribedEventType {
  return subscribed.has(type)
}
