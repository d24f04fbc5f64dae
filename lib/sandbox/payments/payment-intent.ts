import { followCharge } from '../disputes/follow-charge'
import { newId, randomText } from '../ids'
import type { Body, Row } from '../store/kinds'
import type { Unit } from '../store/unit'
import { decideCharge, type Decline } from './cards'
import { makeCharge } from './make-charge'

type NewIntent = Readonly<{ amount: number; currency: string; customer: string | null }> &
  Partial<Body<'payment_intent'>>

/** A payment that waits for a payment method, and its `payment_intent.created`. */
export function createIntent(unit: Unit, fields: NewIntent): Body<'payment_intent'> {
  const id = newId('pi')
  const intent = unit.save('payment_intent', {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_${randomText(25)}`,
    confirmation_method: 'automatic',
    created: unit.now,
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ['card', 'link'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
    ...fields,
  })
  unit.emit('payment_intent.created', intent)
  return intent
}

type Confirmation = Readonly<{
  method: Row<'payment_method'>
  offSession: boolean
  unanswered: 'decline' | 'wait'
  authentication: 'none' | 'approved' | 'denied'
  baseUrl: string
}>

export type ConfirmOutcome =
  | Readonly<{ kind: 'succeeded'; intent: Body<'payment_intent'>; charge: Body<'charge'> }>
  | Readonly<{ kind: 'declined'; intent: Body<'payment_intent'>; charge: Body<'charge'>; decline: Decline }>
  | Readonly<{ kind: 'authentication_required'; intent: Body<'payment_intent'> }>

/** One attempt to collect an intent. The intent must be in a state that can be confirmed. */
export async function confirmIntent(
  unit: Unit,
  intent: Body<'payment_intent'>,
  input: Confirmation,
): Promise<ConfirmOutcome> {
  const { method, authentication, baseUrl } = input
  const verdict = decideCharge(method.hidden.behaviour, { ...input, setUp: method.hidden.setUp })
  if (verdict.kind === 'authentication_required') return waitForCustomer(unit, intent, method.body.id)
  const decline = verdict.kind === 'declined' ? verdict.decline : null
  const authenticated = authentication === 'approved'
  const made = makeCharge(unit, { intent, method: method.body, decline, authenticated, baseUrl })
  if (decline !== null) return fail(unit, intent, { charge: made, decline, method: method.body })
  const charge = await followCharge(unit, made, method.hidden.behaviour)
  const paid = unit.save('payment_intent', {
    ...intent,
    amount_received: intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: method.body.id,
    status: 'succeeded',
  })
  unit.emit('payment_intent.succeeded', paid)
  return { kind: 'succeeded', intent: paid, charge }
}

function waitForCustomer(unit: Unit, intent: Body<'payment_intent'>, method: string): ConfirmOutcome {
  const waiting = unit.save('payment_intent', {
    ...intent,
    payment_method: method,
    status: 'requires_action',
    last_payment_error: null,
    next_action: { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect' } },
  })
  unit.emit('payment_intent.requires_action', waiting)
  return { kind: 'authentication_required', intent: waiting }
}

type Failure = Readonly<{ charge: Body<'charge'>; decline: Decline; method: Body<'payment_method'> }>

function fail(
  unit: Unit,
  intent: Body<'payment_intent'>,
  { charge, decline, method }: Failure,
): ConfirmOutcome {
  const failed = unit.save('payment_intent', {
    ...intent,
    last_payment_error: {
      advice_code: decline.advice,
      charge: charge.id,
      code: decline.code,
      ...(decline.declineCode === null ? {} : { decline_code: decline.declineCode }),
      doc_url: `https://docs.stripe.com/error-codes/${decline.code.replaceAll('_', '-')}`,
      message: decline.message,
      payment_method: method,
      type: 'card_error',
    },
    latest_charge: charge.id,
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  })
  unit.emit('payment_intent.payment_failed', failed)
  return { kind: 'declined', intent: failed, charge, decline }
}
