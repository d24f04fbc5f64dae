import { newId, randomText } from '../ids'
import type { Body, Row } from '../store/kinds'
import type { Unit } from '../store/unit'
import { cardOf, DECLINES, type Decline } from './cards'
import { attach } from './make-payment-method'

type SetupIntent = Body<'setup_intent'>

const NEW: Omit<SetupIntent, 'id' | 'client_secret' | 'created'> = {
  object: 'setup_intent',
  allowed_payment_method_types: null,
  application: null,
  automatic_payment_methods: { allow_redirects: 'always', enabled: true },
  cancellation_reason: null,
  customer: null,
  customer_account: null,
  description: null,
  excluded_payment_method_types: null,
  flow_directions: null,
  last_setup_error: null,
  latest_attempt: null,
  livemode: false,
  mandate: null,
  metadata: {},
  next_action: null,
  on_behalf_of: null,
  payment_method: null,
  payment_method_configuration_details: null,
  payment_method_options: null,
  payment_method_types: ['card', 'link'],
  single_use_mandate: null,
  status: 'requires_payment_method',
  usage: 'off_session',
}

/** A card to be saved, and its `setup_intent.created`. */
export function createSetup(unit: Unit, fields: Partial<SetupIntent>): SetupIntent {
  const id = newId('seti')
  const setup = unit.save('setup_intent', {
    ...NEW,
    id,
    client_secret: `${id}_secret_${randomText(25)}`,
    created: unit.now,
    ...fields,
  })
  unit.emit('setup_intent.created', setup)
  return setup
}

export type SetupOutcome =
  | Readonly<{ kind: 'succeeded'; setup: SetupIntent }>
  | Readonly<{ kind: 'authentication_required'; setup: SetupIntent }>
  | Readonly<{ kind: 'declined'; setup: SetupIntent; decline: Decline }>

const DENIED: Decline = {
  code: 'setup_intent_authentication_failure',
  declineCode: null,
  message: 'The latest attempt to set up the payment method has failed because authentication failed.',
  advice: 'try_again_later',
}

/** One attempt to save a card for later use. The intent must be in a state that can be confirmed. */
export function confirmSetup(
  unit: Unit,
  setup: SetupIntent,
  method: Row<'payment_method'>,
  authentication: 'none' | 'approved' | 'denied',
): SetupOutcome {
  const card = cardOf(method.hidden.behaviour)
  if (method.hidden.behaviour === 'not_a_test_card') return decline(unit, setup, DECLINES.notTestCard, method)
  if (card?.refuses !== undefined) return decline(unit, setup, DECLINES[card.refuses], method)
  const asks = card?.asks !== undefined && !method.hidden.setUp
  if (asks && authentication === 'none') {
    const waiting = unit.save('setup_intent', {
      ...setup,
      next_action: { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect' } },
      payment_method: method.body.id,
      status: 'requires_action',
    })
    unit.emit('setup_intent.requires_action', waiting)
    return { kind: 'authentication_required', setup: waiting }
  }
  if (asks && authentication === 'denied') return decline(unit, setup, DENIED, method)
  if (typeof setup.customer === 'string') {
    attach(unit, method, setup.customer, {
      allowRedisplay: 'limited',
      setUp: setup.usage === 'off_session',
    })
  }
  const done = unit.save('setup_intent', {
    ...setup,
    last_setup_error: null,
    next_action: null,
    payment_method: method.body.id,
    status: 'succeeded',
  })
  unit.emit('setup_intent.succeeded', done)
  return { kind: 'succeeded', setup: done }
}

function decline(
  unit: Unit,
  setup: SetupIntent,
  why: Decline,
  { body: method }: Row<'payment_method'>,
): SetupOutcome {
  const failed = unit.save('setup_intent', {
    ...setup,
    last_setup_error: {
      advice_code: why.advice,
      code: why.code,
      ...(why.declineCode === null ? {} : { decline_code: why.declineCode }),
      doc_url: `https://docs.stripe.com/error-codes/${why.code.replaceAll('_', '-')}`,
      message: why.message,
      payment_method: method,
      type: 'card_error',
    },
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  })
  unit.emit('setup_intent.setup_failed', failed)
  return { kind: 'declined', setup: failed, decline: why }
}
