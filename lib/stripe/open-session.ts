import type Stripe from 'stripe'
import { callStripe } from './call-stripe'
import { createOrFind } from './create-or-find'
import type { Limiter } from './limiter'

type Parts = Readonly<{ client: Stripe; limiter: Limiter }>

const RECENT_MAX = 100

/** The Checkout Session of an order of ours, one however often it is asked for: the order's id is in key and session. */
export function openSession(
  { client, limiter }: Parts,
  orderId: string,
  parameters: Stripe.Checkout.SessionCreateParams & Readonly<{ customer: string }>,
): Promise<Stripe.Checkout.Session> {
  return createOrFind({
    key: `${orderId}:checkout`,
    create: (idempotencyKey) =>
      callStripe(
        limiter,
        { endpoint: 'POST /v1/checkout/sessions', priority: 'purchase', idempotencyKey },
        (options) => client.checkout.sessions.create(parameters, options),
      ),
    find: async () => {
      const { data } = await callStripe(
        limiter,
        { endpoint: 'GET /v1/checkout/sessions', priority: 'purchase' },
        (options) =>
          client.checkout.sessions.list({ customer: parameters.customer, limit: RECENT_MAX }, options),
      )
      return data.find((session) => session.client_reference_id === orderId) ?? null
    },
  })
}
