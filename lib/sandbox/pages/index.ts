import type { PageHandler, PagePort } from '../page-port'
import { printInvoice } from './print-invoice'
import type { Html } from './html'
import { renderIndex } from './render-index'
import { renderMessage } from './render-page'
import { renderReceipt } from './render-receipt'
import { respondNotAllowed, respondWithPage, respondWithPdf } from './respond'
import { serveAsset } from './serve-assets'
import { serveCheckout } from './serve-checkout'
import { serveInvoice } from './serve-invoice'

/** The browser side of the local Stripe. `baseUrl` is where this server is reached, without a path. */
export function createPageHandler(port: PagePort, { baseUrl }: Readonly<{ baseUrl: string }>): PageHandler {
  return async (request) => {
    const url = new URL(request.url)
    const [section = '', key, part, ...excess] = url.pathname.slice(1).split('/').map(decodeSegment)
    if (excess.length > 0) return null
    const ownOrigins = new Set([new URL(baseUrl).origin, url.origin])
    const route = `${section}${key === undefined ? '' : '/:key'}${part === undefined ? '' : `/${part}`}`
    switch (route) {
      case '':
        return readOnly(request, async () => respondWithPage(renderIndex(baseUrl, await port.nowSeconds())))
      case 'embedded/:key':
        return serveCheckout(request, () => port.checkoutByClientSecret(key ?? ''), port, ownOrigins)
      case 'pay/:key':
        return serveCheckout(request, () => loadHosted(port, key ?? ''), port, ownOrigins)
      case 'invoice/:key':
        return serveInvoice(request, key ?? '', port, ownOrigins)
      case 'invoice/:key/pdf':
        return readOnly(request, () => serveInvoicePdf(port, key ?? ''))
      case 'receipt/:key':
        return readOnly(request, () => serveReceipt(port, key ?? ''))
      default:
        return serveAsset(request, url.pathname)
    }
  }
}

/** An embedded session has no page of its own: its secret, not its id, is what opens it. */
async function loadHosted(port: PagePort, sessionId: string) {
  const view = await port.checkoutById(sessionId)
  return view?.uiMode === 'hosted_page' ? view : null
}

async function serveInvoicePdf(port: PagePort, token: string): Promise<Response> {
  const invoice = await port.invoiceByToken(token)
  if (invoice === null) return notFound('invoice')
  return respondWithPdf(await printInvoice(invoice), `Invoice-${invoice.number}.pdf`)
}

async function serveReceipt(port: PagePort, token: string): Promise<Response> {
  const receipt = await port.receiptByToken(token)
  return receipt === null ? notFound('receipt') : respondWithPage(renderReceipt(receipt))
}

function notFound(what: 'invoice' | 'receipt'): Response {
  const page: Html = renderMessage(
    `There is no such ${what}`,
    `The address names no ${what} that the local Stripe knows.`,
    'document',
  )
  return respondWithPage(page, { status: 404 })
}

async function readOnly(request: Request, respond: () => Promise<Response>): Promise<Response> {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  return isRead ? respond() : respondNotAllowed('GET, HEAD')
}

/** A segment with a broken escape stays as it came, and then names nothing. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
