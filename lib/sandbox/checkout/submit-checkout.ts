import type { CheckoutOutcome, CheckoutSubmission } from '../page-port'
import { isCardNumber, cardByNumber } from '../payments/cards'
import { makeCard } from '../payments/make-payment-method'
import { confirmIntent, createIntent } from '../payments/payment-intent'
import { createCustomer } from '../resources/customers'
import type { Body, Row } from '../store/kinds'
import type { StoredRow } from '../store/parse-row'
import type { Unit } from '../store/unit'
import { completeSession } from './complete-session'
import { enterPromotionCode } from './enter-promotion-code'
import type { Completion } from './finish-session'
import { submitSetup } from './submit-setup'
import { submitSubscription } from './submit-subscription'

type Session = StoredRow<'checkout.session'>
type Invalid = Extract<CheckoutOutcome, { kind: 'invalid' }>

const invalid = (field: Invalid['field'], message: string): Invalid => ({ kind: 'invalid', field, message })

/** A customer presses "Pay". The session is completed, or stays open and says why. Amounts in cents. */
export async function submitCheckout(
  unit: Unit,
  submission: CheckoutSubmission,
  baseUrl: string,
): Promise<CheckoutOutcome> {
  const found = await unit.row('checkout.session', submission.sessionId)
  if (found === null) return invalid('session', 'This checkout does not exist.')
  const refusal = refuse(found, submission, unit.now)
  if (refusal !== null) return refusal
  const entered = await withCodeOf(unit, found, submission)
  if (entered.kind === 'invalid') return entered
  const { session } = entered

  const customer = await customerOf(unit, session, submission)
  const method = await methodOf(unit, session, submission, customer?.id ?? null)
  if (method === null) return invalid('session', 'This card cannot be used any more. Choose another one.')
  const completion = { session, submission, method, customer, baseUrl }
  if (session.body.mode === 'setup') return submitSetup(unit, completion)
  if (session.body.mode === 'payment') return submitPayment(unit, completion)
  if (customer === null) throw new Error('A subscription has no customer.')
  return submitSubscription(unit, { ...completion, customer })
}

/** The session with the promotion code that came along with the card, where one did. */
async function withCodeOf(
  unit: Unit,
  session: Session,
  { promotionCode }: CheckoutSubmission,
): ReturnType<typeof enterPromotionCode> {
  if (promotionCode === undefined || promotionCode === null) return { kind: 'entered', session }
  return enterPromotionCode(unit, session, promotionCode)
}

async function submitPayment(unit: Unit, completion: Completion): Promise<CheckoutOutcome> {
  const { session, submission, method, customer, baseUrl } = completion
  const amount = submission.amountCents ?? session.body.amount_total ?? 0
  const intent = await intentOf(unit, session, amount, customer?.id ?? null, submission.email)
  const outcome = await confirmIntent(unit, intent, {
    method,
    offSession: false,
    unanswered: 'wait',
    authentication: intent.status === 'requires_action' ? submission.authentication : 'none',
    baseUrl,
  })
  if (outcome.kind === 'succeeded') return completeSession(unit, { ...completion, outcome, amount })
  unit.save('checkout.session', { ...session.body, payment_intent: intent.id })
  if (outcome.kind === 'authentication_required') return { kind: 'authentication_required' }
  const { message, code, declineCode } = outcome.decline
  return { kind: 'declined', message, code, declineCode }
}

function refuse(session: Session, submission: CheckoutSubmission, now: number): Invalid | null {
  const { body, hidden } = session
  if (body.status === 'complete') return invalid('session', 'This checkout has already been completed.')
  if (body.status !== 'open' || body.expires_at <= now)
    return invalid('session', 'This checkout has expired.')
  return (
    refuseAmount(hidden.customAmount, submission.amountCents, body.currency ?? 'usd') ??
    refuseEmail(body, submission.email) ??
    refuseCard(submission.source, now)
  )
}

function refuseAmount(
  limits: Session['hidden']['customAmount'],
  amount: number | null,
  currency: string,
): Invalid | null {
  if (limits === null)
    return amount === null ? null : invalid('amount', 'The amount of this checkout is fixed.')
  if (amount === null || !Number.isSafeInteger(amount) || amount < 1)
    return invalid('amount', 'Enter an amount.')
  const shown = (cents: number): string => `${(cents / 100).toFixed(2)} ${currency.toUpperCase()}`
  if (limits.minimum !== null && amount < limits.minimum) {
    return invalid('amount', `The amount must be at least ${shown(limits.minimum)}.`)
  }
  // Stripe takes at most eight digits, whatever the price says.
  const maximum = Math.min(limits.maximum ?? 99_999_999, 99_999_999)
  return amount > maximum ? invalid('amount', `The amount must be at most ${shown(maximum)}.`) : null
}

function refuseEmail(session: Body<'checkout.session'>, email: string | null): Invalid | null {
  if (session.customer_details?.email || session.customer !== null) return null
  return email !== null && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)
    ? null
    : invalid('email', 'Enter your email address.')
}

function refuseCard(source: CheckoutSubmission['source'], now: number): Invalid | null {
  if (source.kind === 'saved-card') return null
  if (!isCardNumber(source.number)) return invalid('number', 'Your card number is invalid.')
  const today = new Date(now * 1000)
  const months = (source.expYear - today.getUTCFullYear()) * 12 + source.expMonth - today.getUTCMonth() - 1
  if (source.expMonth < 1 || source.expMonth > 12 || !(months >= 0 && months < 12 * 50)) {
    return invalid('expiry', 'Your card’s expiration date is invalid or in the past.')
  }
  const digits = cardByNumber(source.number)?.brand === 'amex' ? 4 : 3
  return new RegExp(`^\\d{${digits}}$`).test(source.cvc)
    ? null
    : invalid('cvc', 'Your card’s security code is incomplete.')
}

/** The session's customer, or a new one where this checkout makes one; null for a guest. */
async function customerOf(
  unit: Unit,
  session: Session,
  submission: CheckoutSubmission,
): Promise<Body<'customer'> | null> {
  const { body, hidden } = session
  if (typeof body.customer === 'string') return (await unit.row('customer', body.customer))?.body ?? null
  const needed =
    body.customer_creation === 'always' ||
    body.invoice_creation?.enabled === true ||
    hidden.paymentIntent.setupFutureUsage !== null
  if (!needed) return null
  const name = submission.source.kind === 'new-card' ? submission.source.name : null
  return createCustomer(unit, { email: submission.email ?? body.customer_email, name })
}

/** Null where a saved card is not (or no longer) the customer's. */
async function methodOf(
  unit: Unit,
  session: Session,
  { source, email }: CheckoutSubmission,
  customer: string | null,
): Promise<Row<'payment_method'> | null> {
  if (source.kind === 'saved-card') {
    const row = await unit.row('payment_method', source.paymentMethodId)
    const shown = session.body.saved_payment_method_options?.allow_redisplay_filters ?? ['always']
    const offered = row !== null && customer !== null && row.body.customer === customer
    return offered && shown.some((filter) => filter === row.body.allow_redisplay) ? row : null
  }
  return makeCard(unit, {
    number: source.number,
    expMonth: source.expMonth,
    expYear: source.expYear,
    name: source.name,
    email: email ?? session.body.customer_details?.email ?? null,
  })
}

/** The payment begun by an earlier attempt, with the amount of this one, or a new one. */
async function intentOf(
  unit: Unit,
  session: Session,
  amount: number,
  customer: string | null,
  email: string | null,
): Promise<Body<'payment_intent'>> {
  const begun = session.body.payment_intent
  const earlier = typeof begun === 'string' ? await unit.row('payment_intent', begun) : null
  if (earlier !== null) return { ...earlier.body, amount, customer: customer ?? earlier.body.customer }
  const { paymentIntent } = session.hidden
  return createIntent(unit, {
    amount,
    currency: session.body.currency ?? 'usd',
    customer,
    description: paymentIntent.description,
    metadata: { ...paymentIntent.metadata },
    receipt_email: paymentIntent.receiptEmail ?? email,
    setup_future_usage: paymentIntent.setupFutureUsage,
    statement_descriptor: paymentIntent.statementDescriptor,
    statement_descriptor_suffix: paymentIntent.statementDescriptorSuffix,
  })
}
