import type Stripe from 'stripe'
import { callStripe } from './call-stripe'
import type { Limiter } from './limiter'
import { orNull } from './or-null'
import { parsePaymentOfCharge } from './parse/charge'
import { parseInvoiceOfPayment } from './parse/invoice'

type Parts = Readonly<{ client: Stripe; limiter: Limiter }>

/** The payment intent of a charge; null for what Stripe does not know, or what has none. */
export async function readPaymentOfCharge(
  { client, limiter }: Parts,
  chargeId: string,
): Promise<string | null> {
  const found = await orNull(
    callStripe(limiter, { endpoint: 'GET /v1/charges/:id', priority: 'read' }, (options) =>
      client.charges.retrieve(chargeId, {}, options),
    ),
  )
  return found === null ? null : parsePaymentOfCharge(found)
}

/** The invoice that a payment intent paid or tried to pay, null where it has none. */
export async function readInvoiceOfPayment(
  { client, limiter }: Parts,
  paymentIntentId: string,
): Promise<string | null> {
  const found = await orNull(
    callStripe(limiter, { endpoint: 'GET /v1/invoice_payments', priority: 'read' }, (options) =>
      client.invoicePayments.list(
        { payment: { type: 'payment_intent', payment_intent: paymentIntentId }, limit: 1 },
        options,
      ),
    ),
  )
  return found === null ? null : parseInvoiceOfPayment(found)
}
