import { z } from 'zod'
import type { CheckoutSnapshot } from '@/lib/core/ports/payment-provider'
import { parseAs } from './parse-as'
import { metadata, reference } from './reference'

const session = z.object({
  id: z.string(),
  livemode: z.boolean(),
  status: z.enum(['open', 'complete', 'expired']),
  payment_status: z.enum(['paid', 'unpaid', 'no_payment_required']),
  customer: reference.nullish(),
  invoice: reference.nullish(),
  subscription: reference.nullish(),
  client_secret: z.string().nullish(),
  metadata,
})

const created = z.object({ id: z.string(), client_secret: z.string().min(1) })
const createdHosted = z.object({ id: z.string(), url: z.url() })

/** @throws BillingError `payment_provider_unavailable` for an answer of another shape */
export function parseCheckout(value: unknown): CheckoutSnapshot {
  const found = parseAs(session, value, 'checkout session')
  return {
    id: found.id,
    livemode: found.livemode,
    status: found.status,
    paymentStatus: found.payment_status,
    customerId: found.customer ?? null,
    invoiceId: found.invoice ?? null,
    subscriptionId: found.subscription ?? null,
    clientSecret: found.client_secret ?? null,
    orderId: found.metadata?.['order_id'] ?? null,
  }
}

/** The client secret is passed on as it came: it may hold `%` and must not be trimmed or encoded again. */
export function parseCreatedCheckout(value: unknown): { sessionId: string; clientSecret: string } {
  const found = parseAs(created, value, 'checkout session')
  return { sessionId: found.id, clientSecret: found.client_secret }
}

export function parseCreatedHostedCheckout(value: unknown): { sessionId: string; url: string } {
  const found = parseAs(createdHosted, value, 'hosted checkout session')
  return { sessionId: found.id, url: found.url }
}
