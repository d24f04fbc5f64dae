import type { CheckoutOutcome, CheckoutView, PagePort } from '../page-port'
import { readCheckoutForm, type FieldError } from './read-checkout-form'
import { refuseForeign } from './refuse-foreign'
import { payLabelOf, renderCheckout, titleOf } from './render-checkout'
import { renderMessage } from './render-page'
import { renderSummary } from './render-summary'
import { respondNotAllowed, respondWithJson, respondWithPage } from './respond'

/** Finds the session again each time: between two looks at it, it may have been paid or have expired. */
export type LoadCheckout = () => Promise<CheckoutView | null>

/** What the page's script is told; `closed` means that the page no longer shows the session's state. */
type Answer =
  | Exclude<CheckoutOutcome, { kind: 'invalid' }>
  | Readonly<{ kind: 'invalid'; errors: readonly FieldError[] }>
  | Readonly<{ kind: 'closed' }>
  /** A promotion code took effect: the summary as it is now, and what the pay button says. */
  | Readonly<{ kind: 'summary'; summary: string; payLabel: string }>

/** GET shows the session's page, POST submits its form. `ownOrigins` are those this server is reached at. */
export async function serveCheckout(
  request: Request,
  load: LoadCheckout,
  port: PagePort,
  ownOrigins: ReadonlySet<string>,
): Promise<Response> {
  const view = await load()
  if (view === null) return respondWithPage(renderUnknown(), { status: 404, frameAncestors: LOOPBACK })
  if (request.method === 'GET' || request.method === 'HEAD') {
    const page = renderCheckout(view, await port.nowSeconds())
    return respondWithPage(page, { frameAncestors: frameAncestors(view) })
  }
  if (request.method !== 'POST') return respondNotAllowed('GET, HEAD, POST')
  const refusal = refuseForeign(request, ownOrigins)
  if (refusal !== null) return refusal
  const body = await request.text()
  if (body.length > FORM_CHARACTERS_MAX) return respondWithJson({ error: 'The form is too large.' }, 413)
  const fields = new URLSearchParams(body)
  const action = fields.get('promotion')
  if (action === null) return respondWithJson(await submit(fields, view, load, port))
  const code = action === 'remove' ? null : (fields.get('promotionCode') ?? '').trim()
  return respondWithJson(await enterCode(code, view, load, port))
}

/** Keeps a promotion code with the session, or takes it away (null). */
async function enterCode(
  code: string | null,
  view: CheckoutView,
  load: LoadCheckout,
  port: PagePort,
): Promise<Answer> {
  if (view.status !== 'open') return describeClosed(view)
  if (code === '' || (code !== null && code.length > PROMOTION_CODE_CHARACTERS_MAX)) {
    return { kind: 'invalid', errors: [{ field: 'promotionCode', message: 'Enter a promotion code.' }] }
  }
  const refusal = await port.enterPromotionCode(view.sessionId, code)
  const latest = await load()
  if (latest === null || latest.status !== 'open') return { kind: 'closed' }
  if (refusal !== null) {
    return { kind: 'invalid', errors: [{ field: refusal.field, message: refusal.message }] }
  }
  return {
    kind: 'summary',
    summary: renderSummary(latest, titleOf(latest)).toString(),
    payLabel: payLabelOf(latest),
  }
}

async function submit(
  fields: URLSearchParams,
  view: CheckoutView,
  load: LoadCheckout,
  port: PagePort,
): Promise<Answer> {
  if (view.status !== 'open') return describeClosed(view)
  const form = readCheckoutForm(fields, view, await port.nowSeconds())
  if (!form.ok) return { kind: 'invalid', errors: form.errors }
  const outcome = await port.submitCheckout(form.submission)
  if (outcome.kind !== 'invalid') return outcome
  // Another tab may have paid it, or the clock may have moved on, since this request read it.
  const latest = await load()
  if (latest !== null && latest.status !== 'open') return describeClosed(latest)
  return { kind: 'invalid', errors: [{ field: outcome.field, message: outcome.message }] }
}

/** A form sent again after it had paid, because its answer was lost, is told what the lost answer said. */
function describeClosed(view: CheckoutView): Answer {
  if (view.status !== 'complete') return { kind: 'closed' }
  if (view.uiMode === 'hosted_page') return { kind: 'complete', redirectUrl: view.successUrl }
  return { kind: 'complete', redirectUrl: view.redirectOnCompletion === 'always' ? view.returnUrl : null }
}

/** An embedded page may be framed from this machine, and from where the session returns to; a hosted one never. */
function frameAncestors(view: CheckoutView): readonly string[] {
  if (view.uiMode === 'hosted_page') return []
  const isParsable = view.returnUrl !== null && URL.canParse(view.returnUrl)
  return isParsable ? [...LOOPBACK, new URL(view.returnUrl).origin] : LOOPBACK
}

function renderUnknown() {
  return renderMessage(
    'There is no such checkout',
    'The address names no session that the local Stripe knows. Start again where you came from.',
    'embedded',
  )
}

const FORM_CHARACTERS_MAX = 8_192
const PROMOTION_CODE_CHARACTERS_MAX = 60
const LOOPBACK = ['http://localhost:*', 'http://127.0.0.1:*']
