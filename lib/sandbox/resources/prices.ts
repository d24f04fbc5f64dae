import { invalidParameter } from '../http/api-error'
import {
  choice,
  clearable,
  currency,
  flag,
  integer,
  listOf,
  metadata,
  object,
  range,
  required,
  text,
} from '../http/fields'
import { listObjects, PAGE } from '../http/lists'
import { route } from '../http/routes'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { changedFields } from './changed-fields'
import { createProduct, requireProduct } from './make-product'
import { AMOUNT_MAX, createPrice, customUnitAmount, lookupClaim, recurring, requirePrice } from './make-price'
import { merged } from './merge-metadata'

/** Makes a lookup key free, or refuses where its price keeps it. */
async function releaseLookupKey(
  unit: Unit,
  key: string,
  transfer: boolean,
  holder: string | null,
): Promise<void> {
  const row = await unit.rowBy('price', 'claim', `lookup_key:${key}`)
  if (row === null || row.id === holder) return
  if (!transfer) {
    throw invalidParameter(
      `A price (\`${row.id}\`) already uses that lookup key.`,
      'lookup_key',
      'resource_already_exists',
    )
  }
  const after = unit.save('price', { ...row.body, lookup_key: null }, { claim: null })
  unit.emit('price.updated', after, { lookup_key: key })
}

const PRODUCT_DATA = object({
  id: text(),
  active: flag(),
  metadata: metadata(),
  name: required(text()),
  statement_descriptor: text({ max: 22 }),
  tax_code: text(),
  unit_label: text({ max: 12 }),
})

export const priceRoutes = [
  route(
    'POST',
    '/v1/prices',
    'price',
    {
      active: flag(),
      billing_scheme: choice('per_unit'),
      currency: required(currency()),
      custom_unit_amount: customUnitAmount,
      lookup_key: text({ max: 200 }),
      metadata: metadata(),
      nickname: text(),
      product: text(),
      product_data: PRODUCT_DATA,
      recurring,
      tax_behavior: choice('exclusive', 'inclusive', 'unspecified'),
      transfer_lookup_key: flag(),
      unit_amount: integer({ min: 0, max: AMOUNT_MAX }),
    },
    async ({ unit, params }) => {
      if ((params.product === undefined) === (params.product_data === undefined)) {
        throw invalidParameter(
          'You must specify exactly one of product and product_data.',
          'product',
          'parameter_missing',
        )
      }
      if (params.lookup_key !== undefined) {
        await releaseLookupKey(unit, params.lookup_key, params.transfer_lookup_key ?? false, null)
      }
      const product =
        params.product_data === undefined
          ? await requireProduct(unit, params.product ?? '', 'product')
          : createProduct(unit, {
              name: params.product_data.name,
              metadata: merged({}, params.product_data.metadata),
            })
      return createPrice(unit, product.id, params)
    },
  ),

  route('GET', '/v1/prices/:id', 'price', {}, ({ unit, id }) => requirePrice(unit, id, 'id')),

  route(
    'POST',
    '/v1/prices/:id',
    'price',
    {
      active: flag(),
      lookup_key: clearable(text({ max: 200 })),
      metadata: metadata(),
      nickname: clearable(text()),
      tax_behavior: choice('exclusive', 'inclusive', 'unspecified'),
      transfer_lookup_key: flag(),
    },
    async ({ unit, id, params }) => {
      const before = await requirePrice(unit, id, 'id')
      const key = params.lookup_key
      if (typeof key === 'string') await releaseLookupKey(unit, key, params.transfer_lookup_key ?? false, id)
      const after: Body<'price'> = {
        ...before,
        active: params.active ?? before.active,
        lookup_key: key === undefined ? before.lookup_key : key,
        metadata: merged(before.metadata, params.metadata),
        nickname: params.nickname === undefined ? before.nickname : params.nickname,
        tax_behavior: params.tax_behavior ?? before.tax_behavior,
      }
      unit.save('price', after, { claim: lookupClaim(after.lookup_key) })
      const previous = changedFields(before, after)
      if (previous !== null) unit.emit('price.updated', after, previous)
      return after
    },
  ),

  route(
    'GET',
    '/v1/prices',
    'list:price',
    {
      ...PAGE,
      active: flag(),
      created: range(),
      currency: currency(),
      lookup_keys: listOf(text(), { max: 10 }),
      product: text(),
      recurring: object({
        interval: choice('day', 'week', 'month', 'year'),
        usage_type: choice('licensed', 'metered'),
      }),
      type: choice('one_time', 'recurring'),
    },
    async ({ unit, params }) => {
      const filters = {
        active: params.active,
        product: params.product,
        currency: params.currency,
        type: params.type,
        'recurring.interval': params.recurring?.interval,
        'recurring.usage_type': params.recurring?.usage_type,
      }
      if (params.lookup_keys === undefined) {
        return listObjects(unit, 'price', params, { filters, created: params.created, url: '/v1/prices' })
      }
      // At most ten keys, each held by one price.
      const found = await Promise.all(
        params.lookup_keys.map((key) =>
          unit.list('price', { filters: { ...filters, lookup_key: key }, limit: 1 }),
        ),
      )
      return { object: 'list', url: '/v1/prices', has_more: false, data: found.flat() }
    },
  ),
]
