import { invalidParameter, missingResource, wrongState } from '../http/api-error'
import { choice, flag, listOf, metadata, object, removed, required, text } from '../http/fields'
import { listObjects, PAGE } from '../http/lists'
import { route, type CallContext } from '../http/routes'
import { cardError } from '../payments/card-error'
import { requireChargeable } from '../payments/make-payment-method'
import { confirmSetup, createSetup } from '../payments/setup-intent'
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

/** @throws ApiError 400 where it is in no state for it or names no card, 402 where the card is refused. */
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
  const outcome = confirmSetup(unit, setup, method, 'none')
  if (outcome.kind !== 'declined') return outcome.setup
  throw cardError(outcome.decline, { payment_method: method.body, setup_intent: outcome.setup })
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
      const setup = createSetup(unit, {
        customer: params.customer ?? null,
        description: params.description ?? null,
        metadata: merged({}, params.metadata),
        usage: params.usage ?? 'off_session',
      })
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
