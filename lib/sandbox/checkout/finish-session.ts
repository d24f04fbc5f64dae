import type { CheckoutOutcome, CheckoutSubmission } from '../page-port'
import type { Body, Row } from '../store/kinds'
import type { StoredRow } from '../store/parse-row'
import type { Unit } from '../store/unit'
import { details } from './customer-details'

/** What every mode's completion starts from. */
export type Completion = Readonly<{
  session: StoredRow<'checkout.session'>
  submission: CheckoutSubmission
  method: Row<'payment_method'>
  customer: Body<'customer'> | null
  baseUrl: string
}>

type Results = Partial<
  Pick<
    Body<'checkout.session'>,
    'amount_subtotal' | 'amount_total' | 'invoice' | 'payment_intent' | 'payment_status' | 'subscription'
  >
>

/** Closes a session with what came of it, and says so. */
export function finishSession(
  unit: Unit,
  { session, submission, method, customer }: Completion,
  results: Results,
  hidden = session.hidden,
): CheckoutOutcome {
  const complete = unit.save(
    'checkout.session',
    {
      ...session.body,
      ...results,
      customer: customer?.id ?? null,
      customer_details: details(
        submission.email ?? session.body.customer_details?.email ?? customer?.email ?? null,
        method.body.billing_details.name,
      ),
      status: 'complete',
      url: null,
    },
    { hidden, due: null },
  )
  unit.emit('checkout.session.completed', complete)
  return { kind: 'complete', redirectUrl: redirectOf(complete) }
}

/** Where the browser goes: always for hosted pages and `always`, never for cards otherwise. */
function redirectOf(session: Body<'checkout.session'>): string | null {
  const hosted = session.ui_mode === 'hosted_page'
  if (!hosted && session.redirect_on_completion !== 'always') return null
  const template = hosted ? session.success_url : session.return_url
  return template?.replaceAll('{CHECKOUT_SESSION_ID}', session.id) ?? null
}
