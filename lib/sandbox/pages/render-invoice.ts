import type { InvoicePaymentOutcome, InvoiceView } from '../page-port'
import { describeInvoiceFacts, describeInvoiceStatus, describeInvoiceSums } from './describe-invoice'
import { formatAmount } from './format-amount'
import { html, type Html } from './html'
import { renderPage } from './render-page'

/**
 * The hosted invoice page: what was bought, what was paid and how, with the PDF to keep; while it is open, with what it is
 * paid with. `outcome` is what became of paying it just now.
 */
export function renderInvoice(invoice: InvoiceView, outcome: InvoicePaymentOutcome | null = null): Html {
  if (outcome?.kind === 'authentication_required') return renderChallenge(invoice)
  const title = `Invoice ${invoice.number} from ${invoice.merchantName}`
  return renderPage({
    title,
    layout: 'document',
    body: html`<article class="sheet" aria-labelledby="heading">
      <header>
        <p class="eyebrow">${invoice.merchantName}</p>
        <p class="total">${formatAmount(invoice.totalCents, invoice.currency)}</p>
        <p class="badge ${invoice.status}">${describeInvoiceStatus(invoice)}</p>
      </header>
      <h1 id="heading">Invoice ${invoice.number}</h1>
      <dl class="facts">
        ${describeInvoiceFacts(invoice).map(
          ([term, value]) =>
            html`<div>
              <dt>${term}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
      ${renderLines(invoice)} ${renderPay(invoice, outcome)}
      <p class="actions"><a class="quiet" href="${invoice.pdfPath}">Open the PDF</a></p>
    </article>`,
  })
}

function renderPay(invoice: InvoiceView, outcome: InvoicePaymentOutcome | null): Html | null {
  if (invoice.payWith === null) return null
  const due = formatAmount(invoice.totalCents - invoice.amountPaidCents, invoice.currency)
  return html`<form class="actions" method="post">
    ${outcome?.kind === 'declined' && html`<p class="field-error" role="alert">${outcome.message}</p>`}
    <button type="submit" class="pay">Pay ${due} with ${invoice.payWith}</button>
  </form>`
}

/** Stands in for the page on which the customer's own bank asks them to confirm (3D Secure). */
function renderChallenge(invoice: InvoiceView): Html {
  return renderPage({
    title: 'Is this you?',
    layout: 'document',
    body: html`<form class="message" method="post">
      <p class="eyebrow">Stand-in for your bank</p>
      <h1>Is this you?</h1>
      <p>
        ${invoice.merchantName} asks to charge your card. A real bank would ask for a code or a fingerprint
        here; on the local Stripe, you decide how it ends.
      </p>
      <div class="actions">
        <button type="submit" class="pay" name="authentication" value="approved">Approve</button>
        <button type="submit" class="quiet" name="authentication" value="denied">Deny</button>
      </div>
    </form>`,
  })
}

function renderLines(invoice: InvoiceView): Html {
  return html`<table>
    <caption class="visually-hidden">
      Lines of the invoice
    </caption>
    <thead>
      <tr>
        <th scope="col">Description</th>
        <th scope="col" class="number">Qty</th>
        <th scope="col" class="number">Amount</th>
      </tr>
    </thead>
    <tbody>
      ${invoice.lines.map(
        (line) =>
          html`<tr>
            <td>${line.description}</td>
            <td class="number">${line.quantity}</td>
            <td class="number">${formatAmount(line.amountCents, invoice.currency)}</td>
          </tr>`,
      )}
    </tbody>
    <tfoot>
      ${describeInvoiceSums(invoice).map(
        ([term, value]) =>
          html`<tr>
            <th scope="row" colspan="2">${term}</th>
            <td class="number">${value}</td>
          </tr>`,
      )}
    </tfoot>
  </table>`
}
