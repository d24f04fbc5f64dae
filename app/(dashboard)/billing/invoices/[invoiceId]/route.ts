import { getInvoiceLinks } from '@/lib/core/invoices/get-invoice-links'
import type { Context } from '@/lib/core/context'
import { requireUser } from '@/lib/http/require-user'
import { sealed } from '@/lib/http/respond'
import { BillingError } from '@/lib/kit/errors'

type Params = Readonly<{ params: Promise<{ invoiceId: string }> }>

/** Sends the account's own people on to an invoice's page, or with `?pdf` to its file; to others there is none. */
export async function GET(request: Request, { params }: Params): Promise<Response> {
  const { ctx } = await requireUser()
  const { invoiceId } = await params
  const wantsPdf = new URL(request.url).searchParams.has('pdf')
  return sealed(await answer(ctx, invoiceId, wantsPdf), ctx.requestId)
}

async function answer(ctx: Context, invoiceId: string, wantsPdf: boolean): Promise<Response> {
  try {
    const links = await getInvoiceLinks(ctx, { invoiceId })
    const location = wantsPdf ? links.invoicePdf : links.hostedInvoiceUrl
    return new Response(null, { status: 303, headers: { location, 'referrer-policy': 'no-referrer' } })
  } catch (error) {
    if (!(error instanceof BillingError)) throw error
    if (error.code === 'not_found') return new Response('There is no such invoice.', { status: 404 })
    return new Response('Stripe does not answer, so the invoice cannot be shown. Try again in a minute.', {
      status: 503,
      headers: { 'retry-after': '30' },
    })
  }
}
