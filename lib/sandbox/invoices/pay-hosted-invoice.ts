import type { InvoicePaymentOutcome } from '../page-port'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { attemptInvoice, defaultMethodOf } from './pay-invoice'

/**
 * The customer presses "Pay" on the page of an open invoice: its payment is collected with the card that was tried last,
 * or its default. `authentication` answers the bank's question, once that was the outcome.
 */
export async function payHostedInvoice(
  unit: Unit,
  invoiceId: string,
  { authentication, baseUrl }: Readonly<{ authentication: 'none' | 'approved' | 'denied'; baseUrl: string }>,
): Promise<InvoicePaymentOutcome> {
  const found = await unit.row('invoice', invoiceId)
  if (found === null || found.deleted || found.body.status !== 'open') return { kind: 'closed' }
  const intent = await openIntentOf(unit, found.body)
  const methodId = await hostedMethodOf(unit, found.body)
  const method = methodId === null ? null : await unit.row('payment_method', methodId)
  if (method === null || method.hidden.detached) {
    return { kind: 'declined', message: 'There is no card to pay with.' }
  }
  const asked = intent?.status === 'requires_action'
  if (asked && authentication === 'none') return { kind: 'authentication_required' }
  const attempt = await attemptInvoice(unit, found.body, {
    method,
    offSession: false,
    authentication: asked ? authentication : 'none',
    baseUrl,
  })
  if (attempt.kind === 'paid') return { kind: 'paid' }
  const { outcome } = attempt
  return outcome.kind === 'declined'
    ? { kind: 'declined', message: outcome.decline.message }
    : { kind: 'authentication_required' }
}

/** The id of the card that an open invoice's page would charge; null where there is none. */
export async function hostedMethodOf(unit: Unit, invoice: Body<'invoice'>): Promise<string | null> {
  const tried = (await openIntentOf(unit, invoice))?.payment_method
  return typeof tried === 'string' ? tried : defaultMethodOf(unit, invoice)
}

async function openIntentOf(unit: Unit, invoice: Body<'invoice'>): Promise<Body<'payment_intent'> | null> {
  const [open] = await unit.list('invoice_payment', {
    filters: { invoice: invoice.id, status: 'open' },
    limit: 1,
  })
  const id = open?.payment.payment_intent
  return id === undefined ? null : ((await unit.row('payment_intent', id))?.body ?? null)
}
