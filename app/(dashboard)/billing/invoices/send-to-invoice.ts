import { getInvoiceLinks } from '@/lib/core/invoices/get-invoice-links'
import type { Context } from '@/lib/core/context'
import { sealed } from '@/lib/http/respond'
import { BillingError } from '@/lib/kit/errors'
import { newId } from '@/lib/kit/ids'

/** Sends whoever may see it on to an invoice's page, or with `?pdf` to its file; to others there is none. */
export async function sendToInvoice(
  request: Request,
  invoiceId: string,
  findContext: () => Promise<Context>,
): Promise<Response> {
  const wantsPdf = new URL(request.url).searchParams.has('pdf')
  try {
    const ctx = await findContext()
    const links = await getInvoiceLinks(ctx, { invoiceId })
    const location = wantsPdf ? links.invoicePdf : links.hostedInvoiceUrl
    if (location === null) throw new BillingError('not_found', 'No such invoice.')
    const headers = { location, 'referrer-policy': 'no-referrer' }
    return sealed(new Response(null, { status: 303, headers }), ctx.requestId)
  } catch (error) {
    if (!(error instanceof BillingError)) throw error
    return sealed(refuse(error), newId('req'))
  }
}

function refuse({ code, retryAfterSeconds }: BillingError): Response {
  const headers = { 'retry-after': String(retryAfterSeconds ?? 30) }
  switch (code) {
    case 'not_found':
      return new Response('There is no such invoice.', { status: 404 })
    case 'forbidden':
      return new Response('Your role may not see invoices.', { status: 403 })
    case 'rate_limited':
      return new Response('Too many requests. Try again in a minute.', { status: 429, headers })
    case 'payment_provider_unavailable':
      return new Response('Stripe does not answer, so the invoice cannot be shown. Try again in a minute.', {
        status: 503,
        headers,
      })
    default:
      return new Response('The invoice cannot be shown now. Try again in a minute.', { status: 503, headers })
  }
}
