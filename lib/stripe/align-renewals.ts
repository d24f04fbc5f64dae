import { randomUUID } from 'node:crypto'
import type Stripe from 'stripe'
import { callStripe } from './call-stripe'
import type { Limiter } from './limiter'
import { parseDefaultPaymentMethod } from './parse/payment-method'
import { parseSubscriptionMethods } from './parse/subscription-methods'
import { unlessRefused } from './unless-refused'

type Parts = Readonly<{ client: Stripe; limiter: Limiter }>

const PAGE_SIZE = 100

/**
 * A subscription is renewed with the method it was started with as long as it names one, whatever the customer's default
 * is. Has each name the default; without a default nothing changes. It may be repeated without harm.
 */
export async function alignRenewals({ client, limiter }: Parts, customerId: string): Promise<void> {
  const [customer, subscriptions] = await Promise.all([
    callStripe(limiter, { endpoint: 'GET /v1/customers/:id', priority: 'read' }, (options) =>
      client.customers.retrieve(customerId, {}, options),
    ),
    callStripe(limiter, { endpoint: 'GET /v1/subscriptions', priority: 'read' }, (options) =>
      client.subscriptions.list({ customer: customerId, limit: PAGE_SIZE }, options),
    ),
  ])
  const wanted = parseDefaultPaymentMethod(customer)
  if (wanted === null) return
  for (const { id, methodId } of parseSubscriptionMethods(subscriptions.data)) {
    if (methodId === null || methodId === wanted) continue
    // Refused where the method was removed meanwhile: whoever removed it has another named.
    await unlessRefused(
      callStripe(
        limiter,
        { endpoint: 'POST /v1/subscriptions/:id', priority: 'read', idempotencyKey: randomUUID() },
        (options) => client.subscriptions.update(id, { default_payment_method: wanted }, options),
      ),
    )
  }
}
