import { invalidParameter, missingResource, wrongState } from '../http/api-error'
import {
  choice,
  currency,
  flag,
  integer,
  listOf,
  metadata,
  object,
  range,
  removed,
  required,
  text,
} from '../http/fields'
import { listObjects, PAGE } from '../http/lists'
import { route, type Call } from '../http/routes'
import { cardError } from '../payments/card-error'
import { attach, requireChargeable } from '../payments/make-payment-method'
import { confirmIntent, createIntent } from '../payments/payment-intent'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { changedFields } from './changed-fields'
import { requireCustomer } from './customers'
import { merged } from './merge-metadata'

const PAYMENT_METHOD_TYPES = removed(
  'payment_method_types_no_longer_supported',
  'The payment_method_types parameter is no longer supported. Use allowed_payment_method_types or excluded_payment_method_types.',
)

const CONFIRMATION = {
  allowed_payment_method_types: listOf(text()),
  error_on_requires_action: flag(),
  excluded_payment_method_types: listOf(text()),
  off_session: flag(),
  payment_method: text(),
  payment_method_types: PAYMENT_METHOD_TYPES,
  receipt_email: text(),
  return_url: text(),
  setup_future_usage: choice('off_session', 'on_session'),
} as const

type Confirmation = Readonly<{
  error_on_requires_action: boolean | undefined
  off_session: boolean | undefined
  payment_method: string | undefined
}>

async function findIntent(unit: Unit, id: string): Promise<Body<'payment_intent'>> {
  const row = await unit.row('payment_intent', id)
  if (row === null) throw missingResource('payment_intent', id, 'intent')
  return row.body
}

/** @throws ApiError 402 on a decline, 400 where the intent cannot be confirmed. */
async function confirm(
  { unit, baseUrl }: Pick<Call<unknown>, 'unit' | 'baseUrl'>,
  intent: Body<'payment_intent'>,
  sent: Confirmation,
): Promise<Body<'payment_intent'>> {
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) {
    throw wrongState(
      `This PaymentIntent's payment_method could not be confirmed because it has a status of ${intent.status}.`,
      'payment_intent_unexpected_state',
      { payment_intent: intent },
    )
  }
  const customer = typeof intent.customer === 'string' ? intent.customer : null
  const methodId =
    sent.payment_method ?? (typeof intent.payment_method === 'string' ? intent.payment_method : null)
  if (methodId === null) {
    throw invalidParameter(
      'You cannot confirm this PaymentIntent because it’s missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method.',
      'payment_method',
      'payment_intent_unexpected_state',
    )
  }
  const method = await requireChargeable(unit, methodId, customer)
  const offSession = sent.off_session === true
  const outcome = await confirmIntent(unit, intent, {
    method,
    offSession,
    unanswered: offSession || sent.error_on_requires_action === true ? 'decline' : 'wait',
    authentication: 'none',
    baseUrl,
  })
  if (outcome.kind === 'declined') {
    throw cardError(outcome.decline, {
      charge: outcome.charge.id,
      payment_intent: outcome.intent,
      payment_method: method.body,
    })
  }
  if (outcome.kind === 'succeeded' && customer !== null && intent.setup_future_usage !== null) {
    attach(unit, method, customer, {
      allowRedisplay: method.body.allow_redisplay === 'always' ? 'always' : 'limited',
      setUp: intent.setup_future_usage === 'off_session',
    })
  }
  return outcome.intent
}

export const paymentIntentRoutes = [
  route(
    'POST',
    '/v1/payment_intents',
    'payment_intent',
    {
      ...CONFIRMATION,
      amount: required(integer({ min: 0, max: 99_999_999 })),
      automatic_payment_methods: object({
        allow_redirects: choice('always', 'never'),
        enabled: required(flag()),
      }),
      capture_method: choice('automatic', 'automatic_async'),
      confirm: flag(),
      currency: required(currency()),
      customer: text(),
      description: text({ max: 1000 }),
      metadata: metadata(),
      statement_descriptor: text({ max: 22 }),
      statement_descriptor_suffix: text({ max: 22 }),
    },
    async (call) => {
      const { unit, params } = call
      if (params.off_session !== undefined && params.confirm !== true) {
        throw invalidParameter('`off_session` can only be used when `confirm` is true.', 'off_session')
      }
      if (params.currency === 'usd' && params.amount < 50) {
        throw invalidParameter('Amount must be at least $0.50 usd', 'amount', 'amount_too_small')
      }
      if (params.customer !== undefined) await requireCustomer(unit, params.customer, 'customer')
      const intent = createIntent(unit, {
        amount: params.amount,
        allowed_payment_method_types: params.allowed_payment_method_types === undefined ? null : ['card'],
        automatic_payment_methods:
          params.automatic_payment_methods === undefined
            ? { allow_redirects: 'always', enabled: true }
            : {
                allow_redirects: params.automatic_payment_methods.allow_redirects ?? 'always',
                enabled: params.automatic_payment_methods.enabled,
              },
        currency: params.currency,
        customer: params.customer ?? null,
        description: params.description ?? null,
        metadata: merged({}, params.metadata),
        receipt_email: params.receipt_email ?? null,
        setup_future_usage: params.setup_future_usage ?? null,
        statement_descriptor: params.statement_descriptor ?? null,
        statement_descriptor_suffix: params.statement_descriptor_suffix ?? null,
      })
      if (params.confirm === true) return confirm(call, intent, params)
      if (params.payment_method === undefined) return intent
      const method = await requireChargeable(unit, params.payment_method, params.customer ?? null)
      return unit.save('payment_intent', {
        ...intent,
        payment_method: method.body.id,
        status: 'requires_confirmation',
      })
    },
  ),

  route('GET', '/v1/payment_intents/:id', 'payment_intent', { client_secret: text() }, ({ unit, id }) =>
    findIntent(unit, id),
  ),

  route(
    'POST',
    '/v1/payment_intents/:id',
    'payment_intent',
    {
      description: text({ max: 1000 }),
      metadata: metadata(),
      payment_method_types: PAYMENT_METHOD_TYPES,
      receipt_email: text(),
    },
    async ({ unit, id, params }) => {
      const before = await findIntent(unit, id)
      const after = {
        ...before,
        description: params.description ?? before.description,
        metadata: merged(before.metadata, params.metadata),
        receipt_email: params.receipt_email ?? before.receipt_email,
      }
      return changedFields(before, after) === null ? before : unit.save('payment_intent', after)
    },
  ),

  route('POST', '/v1/payment_intents/:id/confirm', 'payment_intent', CONFIRMATION, async (call) => {
    const { unit, id, params } = call
    const intent = await findIntent(unit, id)
    return confirm(
      call,
      { ...intent, setup_future_usage: params.setup_future_usage ?? intent.setup_future_usage },
      params,
    )
  }),

  route(
    'POST',
    '/v1/payment_intents/:id/cancel',
    'payment_intent',
    { cancellation_reason: choice('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer') },
    async ({ unit, id, params }) => {
      const intent = await findIntent(unit, id)
      if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) {
        throw wrongState(
          `You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`,
          'payment_intent_unexpected_state',
          { payment_intent: intent },
        )
      }
      const canceled = unit.save('payment_intent', {
        ...intent,
        canceled_at: unit.now,
        cancellation_reason: params.cancellation_reason ?? null,
        next_action: null,
        status: 'canceled',
      })
      unit.emit('payment_intent.canceled', canceled)
      return canceled
    },
  ),

  route(
    'GET',
    '/v1/payment_intents',
    'list:payment_intent',
    { ...PAGE, created: range(), customer: text() },
    ({ unit, params }) =>
      listObjects(unit, 'payment_intent', params, {
        filters: { customer: params.customer },
        created: params.created,
        url: '/v1/payment_intents',
      }),
  ),
]
