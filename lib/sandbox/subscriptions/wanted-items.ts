import { invalidParameter, missingResource } from '../http/api-error'
import { newId } from '../ids'
import { createPrice, requirePrice } from '../resources/make-price'
import { requireProduct } from '../resources/make-product'
import { merged } from '../resources/merge-metadata'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import type { WantedItem } from './change-subscription'
import { termsOf } from './read-terms'
import type { Subscription } from './save-subscription'
import type { ITEMS } from './update-parameters'

type SentItem = NonNullable<ReturnType<typeof ITEMS>>[number]
type SentPrice = Pick<SentItem, 'price' | 'price_data'>
type Item = Subscription['items']['data'][number]

/**
 * A subscription's items after what was sent about them. A new price without a quantity makes the quantity 1, as on
 * Stripe. @throws ApiError of status 400.
 */
export async function wantedItems(
  unit: Unit,
  body: Subscription,
  sent: readonly SentItem[],
  param = 'items',
): Promise<WantedItem[]> {
  const own = new Map(body.items.data.map((item) => [item.id, item]))
  const changed = new Map<string, WantedItem | null>()
  for (const [index, one] of sent.entries()) {
    const at = `${param}[${index}]`
    if (one.id !== undefined && !own.has(one.id)) {
      throw missingResource('subscription_item', one.id, `${at}[id]`)
    }
    if (one.id !== undefined && changed.has(one.id)) {
      throw invalidParameter(`The subscription item ${one.id} is given twice.`, `${at}[id]`)
    }
    const item = one.id === undefined ? undefined : own.get(one.id)
    const next = one.deleted === true ? null : await wantedItem(unit, item, one, at)
    changed.set(one.id ?? next?.id ?? at, next)
  }
  const kept = body.items.data.flatMap((item) => {
    const next = changed.get(item.id)
    return next === null ? [] : [next ?? asItIs(item)]
  })
  const added = [...changed].flatMap(([id, next]) => (next === null || own.has(id) ? [] : [next]))
  return checked([...kept, ...added], body.currency, param)
}

function asItIs(item: Item): WantedItem {
  return { id: item.id, price: item.price, quantity: item.quantity ?? 1, metadata: item.metadata }
}

async function wantedItem(
  unit: Unit,
  item: Item | undefined,
  sent: SentItem,
  at: string,
): Promise<WantedItem> {
  const named = sent.price !== undefined || sent.price_data !== undefined
  if (!named && item === undefined) {
    throw invalidParameter(`Missing required param: ${at}[price].`, `${at}[price]`, 'parameter_missing')
  }
  const price = named || item === undefined ? await priceOf(unit, sent, at) : item.price
  const samePrice = item !== undefined && price.id === item.price.id
  return {
    id: item?.id ?? newId('si'),
    price,
    quantity: sent.quantity ?? (samePrice ? (item.quantity ?? 1) : 1),
    metadata: merged(item?.metadata ?? {}, sent.metadata),
  }
}

/** A stored price, or the one made of `price_data`. @throws ApiError of status 400. */
async function priceOf(unit: Unit, sent: SentPrice, at: string): Promise<Body<'price'>> {
  if ((sent.price === undefined) === (sent.price_data === undefined)) {
    throw invalidParameter('You must specify exactly one of price and price_data.', `${at}[price]`)
  }
  if (sent.price_data === undefined) {
    const price = await requirePrice(unit, sent.price ?? '', `${at}[price]`)
    if (!price.active) {
      throw invalidParameter(
        'The price specified is inactive. This field only accepts active prices.',
        `${at}[price]`,
      )
    }
    termsOf(price, `${at}[price]`)
    return price
  }
  const data = sent.price_data
  const product = await requireProduct(unit, data.product, `${at}[price_data][product]`)
  return createPrice(unit, product.id, {
    active: false,
    currency: data.currency.toLowerCase(),
    lookup_key: undefined,
    recurring: {
      interval: data.recurring.interval,
      interval_count: data.recurring.interval_count,
      trial_period_days: undefined,
      usage_type: undefined,
    },
    tax_behavior: data.tax_behavior,
    unit_amount: data.unit_amount,
  })
}

/** The new items of a subscription to be. @throws ApiError of status 400. */
export async function newItems(
  unit: Unit,
  sent: readonly Omit<SentItem, 'id' | 'deleted'>[],
): Promise<{ price: Body<'price'>; quantity: number; metadata: Record<string, string> }[]> {
  const items: WantedItem[] = []
  for (const [index, one] of sent.entries()) {
    const price = await priceOf(unit, one, `items[${index}]`)
    items.push({ id: '', price, quantity: one.quantity ?? 1, metadata: merged({}, one.metadata) })
  }
  return checked(items, items[0]?.price.currency ?? 'usd', 'items')
}

function checked(items: WantedItem[], currency: string, param: string): WantedItem[] {
  if (items.length === 0) {
    throw invalidParameter('A subscription must have at least one active item.', param)
  }
  if (items.length > 20) throw invalidParameter('A subscription has at most 20 items.', param)
  const prices = items.map(({ price }) => price.id)
  if (new Set(prices).size !== prices.length) {
    throw invalidParameter('Cannot add multiple subscription items with the same plan.', param)
  }
  if (items.some(({ price }) => price.currency !== currency)) {
    throw invalidParameter(`All prices on a subscription must have its currency, ${currency}.`, param)
  }
  return items
}
