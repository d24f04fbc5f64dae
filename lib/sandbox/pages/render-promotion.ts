import type { CheckoutView } from '../page-port'
import { formatAmount } from './format-amount'
import { html, type Html } from './html'

/** The sums of a subscription: before the discount, the discount, and what is paid today. */
export function renderSums(view: CheckoutView): Html | false {
  const { discount, subtotalCents, totalCents, currency } = view
  if (view.mode !== 'subscription' || subtotalCents === null || totalCents === null) return false
  return html`<dl class="sums">
    ${row('Subtotal', formatAmount(subtotalCents, currency))}
    ${
      discount !== null &&
      html`<div>
        <dt>
          ${discount.code ?? 'Discount'} <span class="muted">${discount.description}</span>
          ${
            view.offerPromotionCode &&
            html`<button type="button" class="link" data-promotion="remove">Remove</button>`
          }
        </dt>
        <dd>${formatAmount(-discount.amountCents, currency)}</dd>
      </div>`
    }
    ${row('Total due today', formatAmount(totalCents, currency), 'due')}
  </dl>`
}

function row(name: string, amount: string, kind = ''): Html {
  return html`<div class="${kind}">
    <dt>${name}</dt>
    <dd>${amount}</dd>
  </div>`
}

/** Where a promotion code is typed; once one is in force, there is nothing more to type. */
export function renderPromotionField(view: CheckoutView): Html | false {
  if (!view.offerPromotionCode || view.discount !== null || view.status !== 'open') return false
  return html`<div class="field promotion">
    <label for="promotionCode">Promotion code</label>
    <div class="promotion-box">
      <input
        id="promotionCode"
        name="promotionCode"
        type="text"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck="false"
        maxlength="60"
        aria-describedby="promotionCode-error"
      />
      <button type="button" class="quiet" data-promotion="apply">Apply</button>
    </div>
    <p id="promotionCode-error" class="field-error"></p>
  </div>`
}
