import type { CheckoutView } from '../page-port'
import { asDecimal, currencySymbol, formatAmount, fractionDigits } from './format-amount'
import { html, webUrl, type Html } from './html'
import { describeLimits } from './read-amount'
import { renderPromotionField, renderSums } from './render-promotion'

/** What is bought and for how much; where the price leaves it open, the field in which the customer types it. */
export function renderSummary(view: CheckoutView, title: string): Html {
  const back = webUrl(view.cancelUrl)
  return html`<section class="summary" aria-labelledby="heading">
    ${
      view.uiMode === 'hosted_page' &&
      back !== null &&
      html`<p class="back"><a href="${back}">Back to ${view.merchantName}</a></p>`
    }
    <h1 id="heading">${title}</h1>
    ${view.customAmount === null ? renderTotal(view) : renderAmountField(view, view.customAmount)}
    ${renderSums(view)} ${renderPromotionField(view)}
  </section>`
}

function renderAmountField(view: CheckoutView, custom: NonNullable<CheckoutView['customAmount']>): Html {
  const { currency } = view
  const preset = custom.presetCents === null ? '' : asDecimal(custom.presetCents, fractionDigits(currency))
  return html`
    <p class="what">${view.lineItems.map((item) => item.description).join(', ')}</p>
    <div class="field amount">
      <label for="amount">Amount</label>
      <div class="amount-box">
        <span aria-hidden="true">${currencySymbol(currency)}</span>
        <input
          id="amount"
          name="amount"
          type="text"
          inputmode="decimal"
          autocomplete="off"
          maxlength="14"
          value="${preset}"
          aria-describedby="amount-hint amount-error"
        />
        <span class="currency" aria-hidden="true">${currency.toUpperCase()}</span>
      </div>
      <p id="amount-hint" class="hint">${describeLimits(custom, currency)}</p>
      <p id="amount-error" class="field-error"></p>
    </div>
  `
}

function renderTotal(view: CheckoutView): Html {
  const money = (cents: number | null) => cents !== null && formatAmount(cents, view.currency)
  return html`
    ${view.mode === 'setup' && html`<p class="what">Nothing is charged now. The card is kept for later payments.</p>`}
    ${view.mode !== 'setup' && html`<p class="total">${money(view.totalCents)}</p>`}
    ${view.mode === 'subscription' && html`<p class="muted">${describeRenewal(view)}</p>`}
    ${
      view.lineItems.length > 0 &&
      html`<ul class="lines">
        ${view.lineItems.map(
          (item) =>
            html`<li>
              <span
                >${item.description}${item.quantity > 1 && html` <span class="muted">× ${item.quantity}</span>`}</span
              >
              <span
                >${money(item.amountCents)}${
                  item.every !== null && html` <span class="muted">per ${item.every}</span>`
                }</span
              >
            </li>`,
        )}
      </ul>`
    }
  `
}

/** When it comes again: what is shown above is what is paid today. */
function describeRenewal({ lineItems }: CheckoutView): string {
  const [every] = lineItems.flatMap((item) => item.every ?? [])
  return every === undefined ? 'Due today' : `Due today, then renewed every ${every} until cancelled`
}
