import type { InvoicePaymentOutcome, PagePort } from '../page-port'
import { refuseForeign } from './refuse-foreign'
import { renderInvoice } from './render-invoice'
import { renderMessage } from './render-page'
import { respondNotAllowed, respondWithJson, respondWithPage } from './respond'

const ANSWERS = ['approved', 'denied'] as const
const FORM_CHARACTERS_MAX = 1_000

/** GET shows an invoice, POST pays one that is open; once it is paid the browser is sent back to look at it. */
export async function serveInvoice(
  request: Request,
  token: string,
  port: PagePort,
  ownOrigins: ReadonlySet<string>,
): Promise<Response> {
  if (request.method === 'GET' || request.method === 'HEAD') return show(port, token, null)
  if (request.method !== 'POST') return respondNotAllowed('GET, HEAD, POST')
  const refusal = refuseForeign(request, ownOrigins)
  if (refusal !== null) return refusal
  const body = await request.text()
  if (body.length > FORM_CHARACTERS_MAX) return respondWithJson({ error: 'The form is too large.' }, 413)
  const answer = new URLSearchParams(body).get('authentication')
  const outcome = await port.payInvoice(token, ANSWERS.find((known) => known === answer) ?? 'none')
  if (outcome !== null && (outcome.kind === 'declined' || outcome.kind === 'authentication_required')) {
    return show(port, token, outcome)
  }
  // Without the form in it, so that loading the page again pays nothing.
  return new Response(null, {
    status: 303,
    headers: { location: `/invoice/${encodeURIComponent(token)}`, 'cache-control': 'no-store' },
  })
}

async function show(port: PagePort, token: string, outcome: InvoicePaymentOutcome | null): Promise<Response> {
  const invoice = await port.invoiceByToken(token)
  if (invoice !== null) return respondWithPage(renderInvoice(invoice, outcome))
  const page = renderMessage(
    'There is no such invoice',
    'The address names no invoice that the local Stripe knows.',
    'document',
  )
  return respondWithPage(page, { status: 404 })
}
