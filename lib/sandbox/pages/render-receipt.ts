import type { ReceiptView } from '../page-port'
import { formatAmount, formatDate } from './format-amount'
import { html, type Html } from './html'
import { renderPage } from './render-page'

/** The receipt of one charge, with what has been given back of it. */
export function renderReceipt(receipt: ReceiptView): Html {
  const money = (cents: number) => formatAmount(cents, receipt.currency)
  const facts: readonly (readonly [string, string | null])[] = [
    ['For', receipt.description],
    ['Date', formatDate(receipt.paidSeconds)],
    ['Paid with', receipt.paymentMethod],
    ['Refunded', receipt.refundedCents === 0 ? null : money(receipt.refundedCents)],
    ['Charge', receipt.chargeId],
  ]
  return renderPage({
    title: `Receipt from ${receipt.merchantName}`,
    layout: 'document',
    body: html`<article class="sheet" aria-labelledby="heading">
      <header>
        <p class="eyebrow">${receipt.merchantName}</p>
        <p class="total">${money(receipt.amountCents)}</p>
        <p class="badge ${receipt.refundedCents === 0 ? 'paid' : 'void'}">${describeReceipt(receipt)}</p>
      </header>
      <h1 id="heading">Receipt</h1>
      <dl class="facts">
        ${facts.map(
          ([term, value]) =>
            value !== null &&
            html`<div>
              <dt>${term}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
    </article>`,
  })
}

function describeReceipt(receipt: ReceiptView): string {
  if (receipt.refundedCents === 0) return 'Paid'
  return receipt.refundedCents < receipt.amountCents ? 'Refunded in part' : 'Refunded'
}
