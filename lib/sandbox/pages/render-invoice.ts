import type { InvoiceView } from '../page-port'
import { describeInvoiceFacts, describeInvoiceStatus, describeInvoiceSums } from './describe-invoice'
import { formatAmount } from './format-amount'
import { html, type Html } from './html'
import { renderPage } from './render-page'

/** The hosted invoice page: what was bought, what was paid and how, with the PDF to keep. */
export function renderInvoice(invoice: InvoiceView): Html {
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
      ${renderLines(invoice)}
      <p class="actions"><a class="quiet" href="${invoice.pdfPath}">Open the PDF</a></p>
    </article>`,
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
