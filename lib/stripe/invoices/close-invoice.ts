import Stripe from 'stripe'
import { callStripe } from '../call-stripe'
import { createOrFind } from '../create-or-find'
import type { Limiter } from '../limiter'
import { orNull } from '../or-null'
import { retrieveInvoice } from './find-invoice'

type Parts = Readonly<{ client: Stripe; limiter: Limiter }>

/** Voids an open invoice and deletes a draft; either may be repeated. @throws BillingError `payment_provider_unavailable` */
export async function closeInvoice(parts: Parts, invoiceId: string): Promise<'closed' | 'paid'> {
  try {
    await createOrFind({
      key: `${invoiceId}:void`,
      create: (idempotencyKey) =>
        callStripe(
          parts.limiter,
          { endpoint: 'POST /v1/invoices/:id/void', priority: 'purchase', idempotencyKey },
          (options) => parts.client.invoices.voidInvoice(invoiceId, {}, options),
        ),
      find: async () => {
        const found = await retrieveInvoice(parts, invoiceId)
        return found?.status === 'void' ? found : null
      },
    })
    return 'closed'
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
    return closeUnlessOpen(parts, invoiceId, error)
  }
}

/** Stripe voids only what is open: what else it is, the invoice says itself. */
async function closeUnlessOpen(
  parts: Parts,
  invoiceId: string,
  refusal: unknown,
): Promise<'closed' | 'paid'> {
  const found = await retrieveInvoice(parts, invoiceId)
  if (found === null || found.status === 'void') return 'closed'
  if (found.status === 'paid') return 'paid'
  if (found.status !== 'draft') throw refusal
  await orNull(
    callStripe(parts.limiter, { endpoint: 'DELETE /v1/invoices/:id', priority: 'purchase' }, (options) =>
      parts.client.invoices.del(invoiceId, {}, options),
    ),
  )
  return 'closed'
}
