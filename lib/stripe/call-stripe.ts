import type Stripe from 'stripe'
import type { CallPriority, Limiter } from './limiter'
import { isTransient, mapStripeError } from './map-error'
import { READ_TIMEOUT_MS, WRITE_TIMEOUT_MS } from './open-client'

/** Stripe's endpoints as its limits count them: a method and a path pattern. */
export type Endpoint =
  | 'DELETE /v1/invoiceitems/:id'
  | 'DELETE /v1/invoices/:id'
  | 'GET /v1/charges/:id'
  | 'GET /v1/checkout/sessions'
  | 'GET /v1/checkout/sessions/:id'
  | 'GET /v1/customers'
  | 'GET /v1/customers/:id'
  | 'GET /v1/customers/:id/payment_methods/:id'
  | 'GET /v1/disputes'
  | 'GET /v1/events'
  | 'GET /v1/invoice_payments'
  | 'GET /v1/invoiceitems'
  | 'GET /v1/invoices'
  | 'GET /v1/invoices/:id'
  | 'GET /v1/invoices/:id/lines'
  | 'GET /v1/payment_methods'
  | 'GET /v1/prices'
  | 'GET /v1/promotion_codes'
  | 'GET /v1/radar/early_fraud_warnings'
  | 'GET /v1/refunds'
  | 'GET /v1/subscriptions'
  | 'GET /v1/subscriptions/:id'
  | 'POST /v1/checkout/sessions'
  | 'POST /v1/checkout/sessions/:id/expire'
  | 'POST /v1/customers'
  | 'POST /v1/customers/:id'
  | 'POST /v1/invoiceitems'
  | 'POST /v1/invoices'
  | 'POST /v1/invoices/:id/finalize'
  | 'POST /v1/invoices/:id/pay'
  | 'POST /v1/invoices/:id/void'
  | 'POST /v1/invoices/create_preview'
  | 'POST /v1/payment_methods/:id/detach'
  | 'POST /v1/refunds'
  | 'POST /v1/subscriptions/:id'

const ATTEMPTS_MAX = 3
const BACKOFF_MS = 250

type Call = Readonly<{
  endpoint: Endpoint
  priority: CallPriority
  /** Required for a POST that does something: every attempt carries the same key, so that Stripe acts once. */
  idempotencyKey?: string
  /** The first attempt was already claimed together with a read of ours. */
  claimed?: boolean
}>

/**
 * One call to Stripe: claims its place in the shared budget, sends, and retries what may pass with the same key, as
 * long as the time of one attempt is not used up. @throws BillingError `payment_provider_unavailable`; whatever else
 * Stripe answers (card, invalid request) is thrown as the SDK's own error for the caller to tell apart.
 */
export async function callStripe<T>(
  limiter: Limiter,
  call: Call,
  send: (options: Stripe.RequestOptions) => Promise<T>,
): Promise<T> {
  const timeout = call.endpoint.startsWith('POST') ? WRITE_TIMEOUT_MS : READ_TIMEOUT_MS
  const options: Stripe.RequestOptions = {
    timeout,
    ...(call.idempotencyKey === undefined ? {} : { idempotencyKey: call.idempotencyKey }),
  }
  const giveUpAt = Date.now() + timeout
  for (let attempt = 1; ; attempt++) {
    if (!(attempt === 1 && call.claimed === true)) await limiter.acquire(call.endpoint, call.priority)
    try {
      return await send(options)
    } catch (error) {
      const backoffMs = BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + Math.random())
      const mayRetry = isTransient(error) && attempt < ATTEMPTS_MAX && Date.now() + backoffMs < giveUpAt
      if (!mayRetry) throw mapStripeError(error)
      await new Promise((resolve) => setTimeout(resolve, backoffMs))
    }
  }
}
