import { html, type Html } from './html'
import { renderPage } from './render-page'

/** What a person sees who opens the server's address: what it is, what it is not, and how to use it. */
export function renderIndex(baseUrl: string, nowSeconds: number): Html {
  const now = new Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' })
  return renderPage({
    title: 'Talktime local Stripe',
    layout: 'document',
    body: html`<article class="sheet prose" aria-labelledby="heading">
      <h1 id="heading">This is not Stripe</h1>
      <p>
        It is a program on this machine that speaks Stripe's protocol, so that Talktime can be tried and
        tested without an account. It has no connection to Stripe, no bank and no card network. Nobody is
        charged, whatever card is entered.
      </p>
      <dl class="facts">
        <div>
          <dt>API</dt>
          <dd><code>STRIPE_API_BASE=${baseUrl}</code></dd>
        </div>
        <div>
          <dt>Script</dt>
          <dd><code>STRIPE_JS_URL=${baseUrl}/stripe.js</code></dd>
        </div>
        <div>
          <dt>Its time</dt>
          <dd>${now.format(nowSeconds * 1000)} UTC</dd>
        </div>
      </dl>
      <p>
        Checkout, invoices and receipts are pages of this server. They open by links that the API returns,
        each with a secret in its address. Keys must start with <code>sk_test_</code>; a live key is refused.
      </p>
    </article>`,
  })
}
