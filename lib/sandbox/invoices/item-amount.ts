import { invalidParameter } from '../http/api-error'
import { currency, integer, object, required, text } from '../http/fields'
import { newId } from '../ids'
import { requirePrice } from '../resources/make-price'
import { requireProduct } from '../resources/make-product'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'

export const PRICE_DATA = object({
  currency: required(currency()),
  product: required(text()),
  unit_amount: required(integer()),
})

type Amount = Readonly<{
  amount: number
  currency: string
  quantity: number
  description: string | null
  pricing: Body<'invoiceitem'>['pricing']
}>

type Sent = Readonly<{
  amount: number | undefined
  currency: string | undefined
  description: string | undefined
  price_data: ReturnType<typeof PRICE_DATA>
  pricing: Readonly<{ price: string | undefined }> | undefined
  quantity: number | undefined
}>

/** What an item costs, said in one of three ways. @throws ApiError of status 400. */
export async function amountOf(unit: Unit, sent: Sent, customer: Body<'customer'>): Promise<Amount> {
  const quantity = sent.quantity ?? 1
  const ways = [sent.amount, sent.price_data, sent.pricing?.price].filter((way) => way !== undefined)
  if (ways.length !== 1) {
    throw invalidParameter(
      'You must specify exactly one of amount, price_data and pricing[price].',
      'amount',
      'parameter_missing',
    )
  }
  if (sent.amount !== undefined) {
    if (sent.quantity !== undefined)
      throw invalidParameter('You may not specify quantity together with amount.', 'quantity')
    return {
      amount: sent.amount,
      currency: sent.currency ?? customer.currency ?? 'usd',
      quantity: 1,
      description: sent.description ?? null,
      pricing: null,
    }
  }
  if (sent.price_data !== undefined) return fromPriceData(unit, sent.price_data, quantity, sent.description)
  return fromStoredPrice(unit, sent.pricing?.price ?? '', quantity, sent.description)
}

async function fromPriceData(
  unit: Unit,
  data: NonNullable<Sent['price_data']>,
  quantity: number,
  description: string | undefined,
): Promise<Amount> {
  const product = await requireProduct(unit, data.product, 'price_data[product]')
  return {
    amount: data.unit_amount * quantity,
    currency: data.currency,
    quantity,
    description: description ?? product.name,
    pricing: {
      price_details: { price: newId('price'), product: product.id },
      type: 'price_details',
      unit_amount_decimal: String(data.unit_amount),
    },
  }
}

async function fromStoredPrice(
  unit: Unit,
  id: string,
  quantity: number,
  description: string | undefined,
): Promise<Amount> {
  const price = await requirePrice(unit, id, 'pricing[price]')
  if (price.unit_amount === null || price.type === 'recurring') {
    throw invalidParameter('The price specified must be one-time and have a fixed amount.', 'pricing[price]')
  }
  const product = await requireProduct(unit, price.product, 'pricing[price]')
  return {
    amount: price.unit_amount * quantity,
    currency: price.currency,
    quantity,
    description: description ?? product.name,
    pricing: {
      price_details: { price: price.id, product: product.id },
      type: 'price_details',
      unit_amount_decimal: String(price.unit_amount),
    },
  }
}
