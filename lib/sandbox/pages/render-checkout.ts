import type { CheckoutView } from '../page-port'
import { formatAmount } from './format-amount'
import { html, webUrl, type Html } from './html'
import { AMOUNT_PATTERN } from './read-amount'
import { renderPage } from './render-page'
import { renderPayment } from './render-payment'
import { renderSummary } from './render-summary'
import { renderTestCards } from './render-test-cards'

/** The Checkout page in the state the session is in; the same for the frame and for the page of its own. */
export function renderCheckout(view: CheckoutView, nowSeconds: number): Html {
  const layout = view.uiMode === 'embedded_page' ? 'embedded' : 'hosted'
  const title = titleOf(view)
  if (view.status === 'expired') return renderPage({ title, layout, body: renderExpired(view) })
  if (view.status === 'complete') return renderPage({ title, layout, body: renderDone(view, false) })
  return renderPage({ title, layout, body: renderOpen(view, title, nowSeconds) })
}

export const titleOf = (view: CheckoutView): string => `${TITLES[view.mode]} ${view.merchantName}`

/** What the pay button says, with the sum where it is known. */
export function payLabelOf(view: CheckoutView): string {
  if (view.mode !== 'payment') return PAY_LABELS[view.mode]
  return view.totalCents === null ? 'Pay' : `Pay ${formatAmount(view.totalCents, view.currency)}`
}

function renderOpen(view: CheckoutView, title: string, nowSeconds: number): Html {
  const payLabel = view.mode === 'payment' ? 'Pay' : PAY_LABELS[view.mode]
  return html`
    <form
      id="checkout"
      class="checkout"
      method="post"
      novalidate
      data-step="pay"
      data-amount-pattern="${AMOUNT_PATTERN}"
      data-currency="${view.currency}"
      data-pay-label="${payLabel}"
      data-test-expiry="${testExpiry(nowSeconds)}"
    >
      ${renderSummary(view, title)}
      <section class="payment" aria-label="Payment details">
        ${renderPayment(view)}
        <noscript><p class="alert">Paying on this page needs JavaScript.</p></noscript>
        <div id="alert" class="alert" role="alert" tabindex="-1"></div>
        <button id="pay" class="pay" type="submit" disabled>
          <span class="spinner" aria-hidden="true"></span>
          <span id="pay-label">${payLabelOf(view)}</span>
        </button>
        ${renderTestCards()}
      </section>
    </form>
    ${renderChallenge(view)} ${renderDone(view, true)}
    <p id="status" class="visually-hidden" role="status"></p>
  `
}

/** Stands in for the page on which the customer's own bank asks them to confirm (3D Secure). */
function renderChallenge(view: CheckoutView): Html {
  return html`<section class="message" data-step="challenge" aria-labelledby="challenge-heading" hidden>
    <p class="eyebrow">Stand-in for your bank</p>
    <h1 id="challenge-heading" tabindex="-1">Is this you?</h1>
    <p>
      ${view.merchantName} asks to ${view.mode === 'setup' ? 'save' : 'charge'} your card. A real bank would
      ask for a code or a fingerprint here; on the local Stripe, you decide how it ends.
    </p>
    <div class="actions">
      <button type="button" class="pay" data-answer="approved">Approve</button>
      <button type="button" class="quiet" data-answer="denied">Deny</button>
    </div>
  </section>`
}

function renderDone(view: CheckoutView, hidden: boolean): Html {
  const back = webUrl(view.successUrl ?? view.returnUrl)
  return html`<section class="message" data-step="done" aria-labelledby="done-heading" ${hidden && HIDDEN}>
    <span class="tick" aria-hidden="true"></span>
    <h1 id="done-heading" tabindex="-1">${DONE[view.mode]}</h1>
    ${
      back === null
        ? html`<p>${view.merchantName} has been told. You can close this.</p>`
        : html`<p><a href="${back}" target="_top">Return to ${view.merchantName}</a></p>`
    }
  </section>`
}

function renderExpired(view: CheckoutView): Html {
  const back = webUrl(view.cancelUrl)
  return html`<section class="message">
    <h1>This checkout has expired</h1>
    <p>Nothing was charged. To pay, start again at ${view.merchantName}.</p>
    ${back !== null && html`<p><a href="${back}" target="_top">Return to ${view.merchantName}</a></p>`}
  </section>`
}

/** Four years ahead on the emulated clock, so that the cards offered for tests are valid whatever its date. */
function testExpiry(nowSeconds: number): string {
  return `12 / ${String((new Date(nowSeconds * 1000).getUTCFullYear() + 4) % 100).padStart(2, '0')}`
}

const HIDDEN = html`hidden`
const TITLES = { payment: 'Pay', setup: 'Save a card with', subscription: 'Subscribe to' } as const
const PAY_LABELS = { setup: 'Save card', subscription: 'Subscribe' } as const
const DONE = { payment: 'Payment complete', setup: 'Card saved', subscription: 'You are subscribed' } as const
