import type Stripe from 'stripe'
import type { Payer } from '@/lib/core/ports/payment-provider'
import { callStripe } from '../call-stripe'
import type { Limiter } from '../limiter'
import { orNull } from '../or-null'
import { parsePayer } from '../parse/payer'

type Parts = Readonly<{ client: Stripe; limiter: Limiter }>

/**
 * The customer and the method, asked for at once. A method is looked up at the customer and not by itself: what is
 * another customer's is not found there.
 */
export async function readPayer(
  { client, limiter }: Parts,
  customerId: string,
  paymentMethodId: string | null,
): Promise<Payer | null> {
  const customer = callStripe(
    limiter,
    { endpoint: 'GET /v1/customers/:id', priority: 'purchase' },
    (options) =>
      client.customers.retrieve(customerId, { expand: ['invoice_settings.default_payment_method'] }, options),
  )
  if (paymentMethodId === null) return parsePayer(await orNull(customer), null)
  const method = callStripe(
    limiter,
    { endpoint: 'GET /v1/customers/:id/payment_methods/:id', priority: 'purchase' },
    (options) => client.customers.retrievePaymentMethod(customerId, paymentMethodId, {}, options),
  )
  const [owner, named] = await Promise.all([orNull(customer), orNull(method)])
  return parsePayer(owner, { named })
}
