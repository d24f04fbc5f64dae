import type Stripe from 'stripe'
import type { Payer } from '@/lib/core/ports/payment-provider'
import { callStripe, type Endpoint } from '../call-stripe'
import type { Limiter } from '../limiter'
import { orNull } from '../or-null'
import { parsePayer } from '../parse/payer'
import { acquireAll } from './acquire-all'
import { CHARGE_ENDPOINTS } from './charge-invoice'

type Parts = Readonly<{ client: Stripe; limiter: Limiter }>

const CUSTOMER = 'GET /v1/customers/:id'
const METHOD = 'GET /v1/customers/:id/payment_methods/:id'

/**
 * The customer and the method, asked for at once, with the calls of the charge claimed beside theirs. A method is looked up
 * at the customer and not by itself: what is another customer's is not found there.
 */
export async function readPayer(
  { client, limiter }: Parts,
  customerId: string,
  paymentMethodId: string | null,
): Promise<Payer | null> {
  const reads: readonly Endpoint[] = paymentMethodId === null ? [CUSTOMER] : [CUSTOMER, METHOD]
  await acquireAll(limiter, [...reads, ...CHARGE_ENDPOINTS])
  const call = { priority: 'purchase', claimed: true } as const
  const customer = callStripe(limiter, { ...call, endpoint: CUSTOMER }, (options) =>
    client.customers.retrieve(customerId, { expand: ['invoice_settings.default_payment_method'] }, options),
  )
  if (paymentMethodId === null) return parsePayer(await orNull(customer), null)
  const method = callStripe(limiter, { ...call, endpoint: METHOD }, (options) =>
    client.customers.retrievePaymentMethod(customerId, paymentMethodId, {}, options),
  )
  const [owner, named] = await Promise.all([orNull(customer), orNull(method)])
  return parsePayer(owner, { named })
}
