import { html, type Html } from './html'

type PageParts = Readonly<{
  title: string
  /** The style sheet has one for each; Checkout's script comes with the first two, which may stand in a frame. */
  layout: 'embedded' | 'hosted' | 'document'
  body: Html
}>

/** A whole page of the local Stripe, with the notice that it is not Stripe on top. */
export function renderPage({ title, layout, body }: PageParts): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <link rel="icon" href="/pages/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/pages/pages.css" />
        ${layout !== 'document' && html`<script type="module" src="/pages/checkout.js"></script>`}
      </head>
      <body class="${layout}">
        <header class="notice" aria-label="Local Stripe">
          <p><strong>Talktime local Stripe:</strong> <span>no real money moves</span></p>
        </header>
        <main aria-label="${title}">${body}</main>
      </body>
    </html> `
}

/** A page with one message: what was asked for is not here, or can no longer be used. */
export function renderMessage(heading: string, explanation: string, layout: 'embedded' | 'document'): Html {
  return renderPage({
    title: heading,
    layout,
    body: html`<section class="message">
      <h1>${heading}</h1>
      <p>${explanation}</p>
    </section>`,
  })
}
