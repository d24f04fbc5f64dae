import { invalidParameter, missingResource, wrongState } from '../http/api-error'
import { choice, flag, listOf, metadata, object, removed, required, text } from '../http/fields'
import { listObjects, PAGE } from '../http/lists'
import { route, type CallContext } from '../http/routes'
import { newId, randomText } from '../ids'
import { attach, requireChargeable } from '../payments/make-payment-method'
import { cardOf } from '../payments/cards'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { requireCustomer } from './customers'
import { merged } from './merge-metadata'

const PAYMENT_METHOD_TYPES = removed(
  'payment_method_types_no_longer_supported',
  'The payment_method_types parameter is no longer supported. Use allowed_payment_method_types or excluded_payment_method_types.',
)

async function findSetup(unit: Unit, id: string): Promise<Body<'setup_intent'>> {
  const row = await unit.row('setup_intent', id)
  if (row === null) throw missingResource('setup_intent', id, 'intent')
  return row.body
}

const NEW: Omit<Body<'setup_intent'>, 'id' | 'client_secret' | 'created'> = {
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

/** Saves the card for later use; a card whose bank asks waits for its owner. @throws ApiError 400 or 402. */
async function confirm(
  { unit }: Pick<CallContext, 'unit'>,
  setup: Body<'setup_intent'>,
  methodId: string | undefined,
): Promise<Body<'setup_intent'>> {
  if (setup.status === 'succeeded' || setup.status === 'canceled') {
    throw wrongState(
      `You cannot confirm this SetupIntent because it has a status of ${setup.status}.`,
      'setup_intent_unexpected_state',
    )
  }
  const id = methodId ?? (typeof setup.payment_method === 'string' ? setup.payment_method : undefined)
  if (id === undefined) throw invalidParameter('A payment method is needed to confirm.', 'payment_method')
  const customer = typeof setup.customer === 'string' ? setup.customer : null
  const method = await requireChargeable(unit, id, customer)
  if (cardOf(method.hidden.behaviour)?.asks !== undefined && !method.hidden.setUp) {
    const waiting = unit.save('setup_intent', {
      ...setup,
      next_action: { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect' } },
      payment_method: method.body.id,
      status: 'requires_action',
    })
    unit.emit('setup_intent.requires_action', waiting)
    return waiting
  }
  if (customer !== null) {
    attach(unit, method, customer, { allowRedisplay: 'limited', setUp: setup.usage === 'off_session' })
  }
  const done = unit.save('setup_intent', { ...setup, payment_method: method.body.id, status: 'succeeded' })
  unit.emit('setup_intent.succeeded', done)
  return done
}

export const setupIntentRoutes = [
  route(
    'POST',
    '/v1/setup_intents',
    'setup_intent',
    {
      allowed_payment_method_types: listOf(text()),
      automatic_payment_methods: object({
        allow_redirects: choice('always', 'never'),
        enabled: required(flag()),
      }),
      confirm: flag(),
      customer: text(),
      description: text(),
      metadata: metadata(),
      payment_method: text(),
      payment_method_types: PAYMENT_METHOD_TYPES,
      return_url: text(),
      usage: choice('off_session', 'on_session'),
    },
    async (call) => {
      const { unit, params } = call
      if (params.customer !== undefined) await requireCustomer(unit, params.customer, 'customer')
      const id = newId('seti')
      const setup = unit.save('setup_intent', {
        ...NEW,
        id,
        client_secret: `${id}_secret_${randomText(25)}`,
        created: unit.now,
        customer: params.customer ?? null,
        description: params.description ?? null,
        metadata: merged({}, params.metadata),
        usage: params.usage ?? 'off_session',
      })
      unit.emit('setup_intent.created', setup)
      return params.confirm === true ? confirm(call, setup, params.payment_method) : setup
    },
  ),

  route('GET', '/v1/setup_intents/:id', 'setup_intent', {}, ({ unit, id }) => findSetup(unit, id)),

  route(
    'POST',
    '/v1/setup_intents/:id/confirm',
    'setup_intent',
    { payment_method: text(), payment_method_types: PAYMENT_METHOD_TYPES, return_url: text() },
    async (call) => confirm(call, await findSetup(call.unit, call.id), call.params.payment_method),
  ),

  route(
    'GET',
    '/v1/setup_intents',
    'list:setup_intent',
    { ...PAGE, customer: text(), payment_method: text() },
    ({ unit, params }) =>
      listObjects(unit, 'setup_intent', params, {
        filters: { customer: params.customer, payment_method: params.payment_method },
        url: '/v1/setup_intents',
      }),
  ),
]
