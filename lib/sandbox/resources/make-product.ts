import { missingResource } from '../http/api-error'
import { newId } from '../ids'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'

/** @throws ApiError where the id names no product. */
export async function requireProduct(unit: Unit, id: string, param: string): Promise<Body<'product'>> {
  const row = await unit.row('product', id)
  if (row === null || row.deleted) throw missingResource('product', id, param)
  return row.body
}

/** Also for the products that `price_data[product_data]` makes on the way. */
export function createProduct(
  unit: Unit,
  fields: Partial<Body<'product'>> & { name: string },
): Body<'product'> {
  const product = unit.save('product', {
    id: newId('prod'),
    object: 'product',
    active: true,
    created: unit.now,
    default_price: null,
    description: null,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: {},
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: unit.now,
    url: null,
    ...fields,
  })
  unit.emit('product.created', product)
  return product
}
