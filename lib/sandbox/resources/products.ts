import { missingResource, invalidParameter } from '../http/api-error'
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
import type { Unit } from '../store/unit'
import { changedFields } from './changed-fields'
import { createProduct, requireProduct } from './make-product'
import { merged } from './merge-metadata'
import { createPrice, customUnitAmount, recurring } from './make-price'

const SHARED = {
  active: flag(),
  images: listOf(text(), { max: 8 }),
  metadata: metadata(),
  shippable: flag(),
  statement_descriptor: text({ max: 22 }),
  tax_code: clearable(text()),
  unit_label: clearable(text({ max: 12 })),
  url: clearable(text()),
}

const DEFAULT_PRICE = object({
  currency: required(currency()),
  custom_unit_amount: customUnitAmount,
  metadata: metadata(),
  recurring,
  tax_behavior: choice('exclusive', 'inclusive', 'unspecified'),
  unit_amount: integer({ min: 0, max: 99_999_999 }),
})

export const productRoutes = [
  route(
    'POST',
    '/v1/products',
    'product',
    {
      ...SHARED,
      id: text({ max: 255 }),
      name: required(text()),
      description: text(),
      type: choice('good', 'service'),
      default_price_data: DEFAULT_PRICE,
    },
    async ({ unit, params }) => {
      if (params.id !== undefined && (await unit.row('product', params.id)) !== null) {
        throw invalidParameter('Product already exists.', 'id', 'resource_already_exists')
      }
      const product = createProduct(unit, {
        ...(params.id === undefined ? {} : { id: params.id }),
        name: params.name,
        active: params.active ?? true,
        description: params.description ?? null,
        images: params.images ?? [],
        metadata: merged({}, params.metadata),
        shippable: params.shippable ?? null,
        statement_descriptor: params.statement_descriptor ?? null,
        tax_code: params.tax_code ?? null,
        type: params.type ?? 'service',
        unit_label: params.unit_label ?? null,
        url: params.url ?? null,
      })
      if (params.default_price_data === undefined) return product
      const price = createPrice(unit, product.id, { ...params.default_price_data, lookup_key: undefined })
      return unit.save('product', { ...product, default_price: price.id })
    },
  ),

  route('GET', '/v1/products/:id', 'product', {}, async ({ unit, id }) => {
    const row = await unit.row('product', id)
    if (row === null) throw missingResource('product', id, 'id')
    return row.deleted ? { id, object: 'product', deleted: true } : row.body
  }),

  route(
    'POST',
    '/v1/products/:id',
    'product',
    { ...SHARED, name: text(), description: clearable(text()), default_price: text() },
    async ({ unit, id, params }) => {
      const before = await requireProduct(unit, id, 'id')
      if (params.default_price !== undefined) {
        const price = await unit.row('price', params.default_price)
        if (price === null || price.body.product !== id) {
          throw missingResource('price', params.default_price, 'default_price')
        }
      }
      const after = unit.save('product', {
        ...before,
        active: params.active ?? before.active,
        default_price: params.default_price ?? before.default_price ?? null,
        description: params.description === undefined ? before.description : params.description,
        images: params.images ?? before.images,
        metadata: merged(before.metadata, params.metadata),
        name: params.name ?? before.name,
        shippable: params.shippable ?? before.shippable,
        statement_descriptor: params.statement_descriptor ?? before.statement_descriptor ?? null,
        tax_code: params.tax_code === undefined ? (before.tax_code ?? null) : params.tax_code,
        unit_label: params.unit_label === undefined ? (before.unit_label ?? null) : params.unit_label,
        url: params.url === undefined ? before.url : params.url,
        updated: unit.now,
      })
      const previous = changedFields(before, after)
      if (previous !== null) unit.emit('product.updated', after, previous)
      return after
    },
  ),

  route('DELETE', '/v1/products/:id', 'deleted', {}, async ({ unit, id }) => {
    const product = await requireProduct(unit, id, 'id')
    const [price] = await unit.list('price', { filters: { product: id }, limit: 1 })
    if (price !== undefined) {
      throw invalidParameter(
        'This product cannot be deleted because it has one or more user-created prices.',
        'id',
      )
    }
    unit.save('product', product, { deleted: true })
    unit.emit('product.deleted', product)
    return { id, object: 'product', deleted: true }
  }),

  route(
    'GET',
    '/v1/products',
    'list:product',
    {
      ...PAGE,
      active: flag(),
      created: range(),
      ids: listOf(text(), { max: 100 }),
      shippable: flag(),
      url: text(),
    },
    async ({ unit, params }) => {
      if (params.ids !== undefined) return productsByIds(unit, params.ids)
      return listObjects(unit, 'product', params, {
        filters: { active: params.active, shippable: params.shippable, url: params.url },
        created: params.created,
        url: '/v1/products',
      })
    },
  ),
]

async function productsByIds(unit: Unit, ids: readonly string[]): Promise<object> {
  const rows = await Promise.all(ids.map((id) => unit.row('product', id)))
  const data = rows.flatMap((row) => (row === null || row.deleted ? [] : [row.body]))
  return { object: 'list', url: '/v1/products', has_more: false, data }
}
