import { missingResource } from '../http/api-error'
import { flag, integer, metadata, required, text, timestamp } from '../http/fields'
import { listInside, PAGE } from '../http/lists'
import { route } from '../http/routes'
import type { Unit } from '../store/unit'
import type { SubscriptionItem } from '../subscriptions/make-subscription'
import { BEHAVIOR, PAYMENT_BEHAVIOR } from '../subscriptions/update-parameters'
import { updateSubscriptionAsSent } from '../subscriptions/update-subscription'
import { requireSubscription } from './subscriptions'

const BILLING = {
  off_session: flag(),
  payment_behavior: PAYMENT_BEHAVIOR,
  proration_behavior: BEHAVIOR,
  proration_date: timestamp(),
}

const NOTHING_ELSE = {
  billing_cycle_anchor: undefined,
  cancel_at: undefined,
  cancel_at_period_end: undefined,
  cancellation_details: undefined,
  collection_method: undefined,
  default_payment_method: undefined,
  description: undefined,
  discounts: undefined,
  metadata: undefined,
  off_session: undefined,
  payment_settings: undefined,
}

/** An item that its subscription still has. @throws ApiError 404. */
async function findItem(unit: Unit, id: string): Promise<SubscriptionItem> {
  const [subscription] = await unit.list('subscription', { filters: { 'items.data.id': id }, limit: 1 })
  const item = subscription?.items.data.find((own) => own.id === id)
  if (item === undefined) throw missingResource('subscription_item', id, 'id')
  return item
}

const UNSENT = {
  deleted: undefined,
  id: undefined,
  metadata: undefined,
  price: undefined,
  price_data: undefined,
  quantity: undefined,
}

export const subscriptionItemRoutes = [
  route(
    'POST',
    '/v1/subscription_items',
    'subscription_item',
    {
      ...BILLING,
      metadata: metadata(),
      price: required(text()),
      quantity: integer({ min: 0, max: 999_999 }),
      subscription: required(text()),
    },
    async ({ unit, params: { subscription, metadata: sent, price, quantity, ...billing }, baseUrl }) => {
      const row = await requireSubscription(unit, subscription, 'subscription')
      const items = [{ ...UNSENT, metadata: sent, price, quantity }]
      const after = await updateSubscriptionAsSent(unit, row, { ...NOTHING_ELSE, ...billing, items }, baseUrl)
      const before = new Set(row.body.items.data.map(({ id }) => id))
      return findItem(unit, after.items.data.find(({ id }) => !before.has(id))?.id ?? '')
    },
  ),

  route('GET', '/v1/subscription_items/:id', 'subscription_item', {}, ({ unit, id }) => findItem(unit, id)),

  route(
    'POST',
    '/v1/subscription_items/:id',
    'subscription_item',
    { ...BILLING, metadata: metadata(), price: text(), quantity: integer({ min: 0, max: 999_999 }) },
    async ({ unit, id, params: { metadata: sent, price, quantity, ...billing }, baseUrl }) => {
      const row = await requireSubscription(unit, (await findItem(unit, id)).subscription)
      const items = [{ ...UNSENT, id, metadata: sent, price, quantity }]
      await updateSubscriptionAsSent(unit, row, { ...NOTHING_ELSE, ...billing, items }, baseUrl)
      return findItem(unit, id)
    },
  ),

  route(
    'DELETE',
    '/v1/subscription_items/:id',
    'deleted',
    { ...BILLING, clear_usage: flag() },
    async ({ unit, id, params: { clear_usage: _, ...billing }, baseUrl }) => {
      const row = await requireSubscription(unit, (await findItem(unit, id)).subscription)
      const items = [{ ...UNSENT, id, deleted: true }]
      await updateSubscriptionAsSent(unit, row, { ...NOTHING_ELSE, ...billing, items }, baseUrl)
      return { id, object: 'subscription_item', deleted: true }
    },
  ),

  route(
    'GET',
    '/v1/subscription_items',
    'list:subscription_item',
    { ...PAGE, subscription: required(text()) },
    async ({ unit, params }) => {
      const row = await requireSubscription(unit, params.subscription, 'subscription')
      return listInside(row.body.items.data, params, '/v1/subscription_items')
    },
  ),
]
