import { invalidParameter, missingResource } from '../http/api-error'
import { choice, clearable, flag, integer, metadata, range, required, text } from '../http/fields'
import { listObjects, PAGE } from '../http/lists'
import { route } from '../http/routes'
import type { Values } from '../http/parse-shape'
import { DISCOUNTS } from '../discounts/redeem'
import { requireChargeable } from '../payments/make-payment-method'
import type { Body } from '../store/kinds'
import type { StoredRow } from '../store/parse-row'
import type { Unit } from '../store/unit'
import { cancelNow } from '../subscriptions/cancel-now'
import { collectNow } from '../subscriptions/collect-change'
import { billingMode } from '../subscriptions/make-subscription'
import { BILLING_MODE } from '../subscriptions/preview-invoice'
import { saveSubscription } from '../subscriptions/save-subscription'
import { startSubscription } from '../subscriptions/start-subscription'
import {
  BEHAVIOR,
  CANCELLATION_DETAILS,
  NEW_ITEMS,
  PAYMENT_BEHAVIOR,
  PAYMENT_SETTINGS,
  UPDATE,
} from '../subscriptions/update-parameters'
import { discountsSent, updateSubscriptionAsSent } from '../subscriptions/update-subscription'
import { newItems } from '../subscriptions/wanted-items'
import { requireCustomer } from './customers'
import { merged } from './merge-metadata'

/** @throws ApiError where the id names no subscription. */
export async function requireSubscription(
  unit: Unit,
  id: string,
  param = 'id',
): Promise<StoredRow<'subscription'>> {
  const row = await unit.row('subscription', id)
  if (row === null) throw missingResource('subscription', id, param)
  return row
}

const CREATE = {
  billing_mode: BILLING_MODE,
  collection_method: choice('charge_automatically'),
  customer: required(text()),
  default_payment_method: text(),
  description: text({ max: 500 }),
  discounts: clearable(DISCOUNTS),
  items: required(NEW_ITEMS),
  metadata: metadata(),
  off_session: flag(),
  payment_behavior: PAYMENT_BEHAVIOR,
  payment_settings: PAYMENT_SETTINGS,
  proration_behavior: BEHAVIOR,
}

async function create(
  unit: Unit,
  params: Values<typeof CREATE>,
  baseUrl: string,
): Promise<Body<'subscription'>> {
  if (params.payment_behavior === 'pending_if_incomplete') {
    throw invalidParameter(
      '`payment_behavior` cannot be `pending_if_incomplete` when a subscription is created.',
      'payment_behavior',
    )
  }
  const customer = await requireCustomer(unit, params.customer, 'customer')
  const method = params.default_payment_method
  if (method !== undefined) await requireChargeable(unit, method, customer.id)
  const { subscription, invoice } = await startSubscription(unit, {
    customer,
    items: await newItems(unit, params.items),
    billingMode: billingMode(params.billing_mode?.flexible?.proration_discounts, unit.now),
    defaultPaymentMethod: method ?? null,
    description: params.description ?? null,
    discounts: discountsSent(params.discounts) ?? [],
    discountsParam: 'discounts',
    metadata: merged({}, params.metadata),
    pending: 'all',
    savesMethod: params.payment_settings?.save_default_payment_method === 'on_subscription',
  })
  await collectNow(unit, invoice, {
    behavior: params.payment_behavior ?? 'allow_incomplete',
    offSession: params.off_session ?? false,
    baseUrl,
  })
  return (await requireSubscription(unit, subscription.id)).body
}

const STATUSES = [
  'active',
  'canceled',
  'incomplete',
  'incomplete_expired',
  'past_due',
  'paused',
  'trialing',
  'unpaid',
] as const

export const subscriptionRoutes = [
  route('POST', '/v1/subscriptions', 'subscription', CREATE, ({ unit, params, baseUrl }) =>
    create(unit, params, baseUrl),
  ),

  route(
    'GET',
    '/v1/subscriptions/:id',
    'subscription',
    {},
    async ({ unit, id }) => (await requireSubscription(unit, id)).body,
  ),

  route('POST', '/v1/subscriptions/:id', 'subscription', UPDATE, async ({ unit, id, params, baseUrl }) =>
    updateSubscriptionAsSent(unit, await requireSubscription(unit, id), params, baseUrl),
  ),

  route(
    'DELETE',
    '/v1/subscriptions/:id',
    'subscription',
    { cancellation_details: CANCELLATION_DETAILS, invoice_now: flag(), prorate: flag() },
    async ({ unit, id, params, baseUrl }) =>
      cancelNow(unit, await requireSubscription(unit, id), params, baseUrl),
  ),

  route('DELETE', '/v1/subscriptions/:id/discount', 'deleted', {}, async ({ unit, id }) => {
    const { body, hidden } = await requireSubscription(unit, id)
    const [first] = body.discounts
    const discount = first === undefined ? null : await unit.row('discount', first)
    if (discount === null) throw missingResource('discount', id, 'id')
    const after = saveSubscription(unit, { ...body, discounts: [] }, hidden)
    unit.emit('customer.discount.deleted', discount.body)
    unit.emit('customer.subscription.updated', after, { discounts: body.discounts })
    return { ...discount.body, deleted: true }
  }),

  route(
    'GET',
    '/v1/subscriptions',
    'list:subscription',
    {
      ...PAGE,
      limit: integer({ min: 1, max: 100 }),
      collection_method: choice('charge_automatically', 'send_invoice'),
      created: range(),
      customer: text(),
      price: text(),
      status: choice('all', 'ended', ...STATUSES),
      test_clock: text(),
    },
    ({ unit, params }) =>
      listObjects(unit, 'subscription', params, {
        filters: {
          customer: params.customer,
          collection_method: params.collection_method,
          'items.data.price.id': params.price,
          test_clock: params.test_clock,
        },
        ...statusLinks(params.status),
        created: params.created,
        url: '/v1/subscriptions',
      }),
  ),
]

/** Without a status, all that were not cancelled; `ended` is how some are over, and `all` is all. */
function statusLinks(status: string | undefined): { without?: string[]; anyOf?: string[] } {
  if (status === undefined) return { without: ['status:canceled'] }
  if (status === 'all') return {}
  return {
    anyOf: status === 'ended' ? ['status:canceled', 'status:incomplete_expired'] : [`status:${status}`],
  }
}
