import { z } from 'zod'
import type { SubscriptionSnapshot } from '@/lib/core/ports/subscription-provider'
import { parseAs } from './parse-as'
import { metadata, reference, unixSeconds } from './reference'

const item = z.object({
  id: z.string(),
  quantity: z.int().nonnegative(),
  current_period_start: z.int(),
  current_period_end: z.int(),
  price: z.object({
    recurring: z.object({ interval: z.enum(['month', 'year']), interval_count: z.literal(1) }),
  }),
})

const subscription = z.object({
  id: z.string(),
  customer: reference,
  livemode: z.boolean(),
  status: z.enum([
    'incomplete',
    'incomplete_expired',
    'trialing',
    'active',
    'past_due',
    'canceled',
    'unpaid',
    'paused',
  ]),
  items: z.object({ data: z.tuple([item]) }),
  cancel_at_period_end: z.boolean(),
  cancel_at: z.int().nullish(),
  ended_at: z.int().nullish(),
  latest_invoice: reference.nullish(),
  metadata,
})

/**
 * Ours have one item, monthly or annual. The customer portal schedules an end by `cancel_at` alone.
 * @throws BillingError `payment_provider_unavailable`, lasting, for an answer of another shape
 */
export function parseSubscription(value: unknown): SubscriptionSnapshot {
  const found = parseAs(subscription, value, 'subscription')
  const [only] = found.items.data
  return {
    id: found.id,
    customerId: found.customer,
    livemode: found.livemode,
    status: found.status,
    interval: only.price.recurring.interval === 'month' ? 'monthly' : 'annual',
    itemId: only.id,
    quantity: only.quantity,
    periodStart: unixSeconds(only.current_period_start),
    periodEnd: unixSeconds(only.current_period_end),
    cancelAtPeriodEnd: found.cancel_at_period_end || found.cancel_at != null,
    endedAt: found.ended_at == null ? null : unixSeconds(found.ended_at),
    latestInvoiceId: found.latest_invoice ?? null,
    orderId: found.metadata?.['order_id'] ?? null,
  }
}
