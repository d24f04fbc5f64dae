import { invalidParameter } from '../http/api-error'
import { newId } from '../ids'
import { createProduct, requireProduct } from '../resources/make-product'
import { merged } from '../resources/merge-metadata'
import { createPrice, requirePrice } from '../resources/make-price'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { termsOf } from '../subscriptions/read-terms'
import type { SessionHidden } from './session-hidden'
import type { SessionParameters } from './session-parameters'

type LineItem = SessionHidden['lineItems'][number]
type SentLine = NonNullable<SessionParameters['line_items']>[number]

export type SessionLines = Readonly<{
  lineItems: readonly LineItem[]
  customAmount: SessionHidden['customAmount']
  currency: string
  /** Cents. Where the customer chooses the amount: the preset, or 0. */
  total: number
}>

/** The items on sale, priced. @throws ApiError of status 400. */
export async function readLines(unit: Unit, params: SessionParameters): Promise<SessionLines> {
  const lineItems: LineItem[] = []
  let customAmount: SessionHidden['customAmount'] = null
  for (const [index, sent] of (params.line_items ?? []).entries()) {
    const at = `line_items[${index}]`
    const price = await priceOf(unit, sent, at)
    checkRecurrence(params, price, at)
    if (sent.quantity === undefined || sent.quantity === 0) {
      throw invalidParameter(
        'Quantity is required. Add `quantity` to `line_items[n]`',
        `${at}[quantity]`,
        'parameter_missing',
      )
    }
    if (price.custom_unit_amount !== null) {
      checkCustomAmount(params, sent, at)
      const { minimum, maximum, preset } = price.custom_unit_amount
      customAmount = { minimum, maximum, preset }
    }
    const product = await requireProduct(unit, price.product, at)
    lineItems.push(lineItem(sent, price, product.name, sent.quantity))
  }
  return { lineItems, customAmount, currency: currencyOf(params, lineItems), total: sumOf(lineItems) }
}

/** Payments are for what is sold once, subscriptions for what recurs. */
function checkRecurrence({ mode }: SessionParameters, price: Body<'price'>, at: string): void {
  if (mode === 'payment' && price.type === 'recurring') {
    throw invalidParameter(
      'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
      at,
    )
  }
  if (mode === 'subscription' && price.type !== 'recurring') {
    throw invalidParameter('In `subscription` mode, the local Stripe sells recurring prices only.', at)
  }
  if (mode === 'subscription') termsOf(price, at)
}

async function priceOf(unit: Unit, sent: SentLine, at: string): Promise<Body<'price'>> {
  if ((sent.price === undefined) === (sent.price_data === undefined)) {
    throw invalidParameter(
      'You must specify exactly one of price and price_data for each line item.',
      at,
      'parameter_missing',
    )
  }
  if (sent.price_data === undefined) {
    const price = await requirePrice(unit, sent.price ?? '', `${at}[price]`)
    if (!price.active) {
      throw invalidParameter(
        'The price specified is inactive. This field only accepts active prices.',
        `${at}[price]`,
      )
    }
    return price
  }
  const data = sent.price_data
  if ((data.product === undefined) === (data.product_data === undefined)) {
    throw invalidParameter('You must specify exactly one of product and product_data.', `${at}[price_data]`)
  }
  const product =
    data.product_data === undefined
      ? await requireProduct(unit, data.product ?? '', `${at}[price_data][product]`)
      : createProduct(unit, {
          name: data.product_data.name,
          description: data.product_data.description ?? null,
          metadata: merged({}, data.product_data.metadata),
        })
  // Stripe keeps inline prices too, but as inactive ones.
  return createPrice(unit, product.id, {
    active: false,
    currency: data.currency,
    lookup_key: undefined,
    recurring:
      data.recurring === undefined
        ? undefined
        : { ...data.recurring, trial_period_days: undefined, usage_type: undefined },
    tax_behavior: data.tax_behavior,
    unit_amount: data.unit_amount,
  })
}

function checkCustomAmount(params: SessionParameters, sent: SentLine, at: string): void {
  if ((params.line_items ?? []).length > 1) {
    throw invalidParameter('A price with `custom_unit_amount` must be the only line item.', at)
  }
  if (sent.quantity !== 1 || sent.adjustable_quantity?.enabled === true) {
    throw invalidParameter('The quantity of a price with `custom_unit_amount` must be 1.', `${at}[quantity]`)
  }
  if (params.allow_promotion_codes === true || (params.discounts ?? []).length > 0) {
    throw invalidParameter('Discounts cannot be used with a price with `custom_unit_amount`.', 'discounts')
  }
}

function lineItem(sent: SentLine, price: Body<'price'>, description: string, quantity: number): LineItem {
  const amount = (price.unit_amount ?? price.custom_unit_amount?.preset ?? 0) * quantity
  const adjustable = sent.adjustable_quantity
  return {
    id: newId('li'),
    object: 'item',
    adjustable_quantity:
      adjustable?.enabled === true
        ? { enabled: true, maximum: adjustable.maximum ?? 99, minimum: adjustable.minimum ?? 0 }
        : null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: price.currency,
    description,
    metadata: merged({}, sent.metadata),
    price,
    quantity,
  }
}

function currencyOf(params: SessionParameters, items: readonly LineItem[]): string {
  const currency = params.currency ?? items[0]?.currency ?? 'usd'
  if (items.some((item) => item.currency !== currency)) {
    throw invalidParameter('All line items must have the currency of the Checkout Session.', 'line_items')
  }
  return currency
}

function sumOf(items: readonly LineItem[]): number {
  return items.reduce((sum, item) => sum + item.amount_total, 0)
}
