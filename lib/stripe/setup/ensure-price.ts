import { randomUUID } from 'node:crypto'
import type Stripe from 'stripe'
import { isMissing } from '../map-error'
import type { PRICES, ProductPlan } from './catalogue'
import { BUNDLE_CREDITS } from '../parse/price'
import type { SetupItem } from '../set-up-stripe'

type PricePlan = (typeof PRICES)[number]

/** Guards the retries of one call. A second run looks first, so the key need not outlive the call. */
export function onceOptions(): Stripe.RequestOptions {
  return { idempotencyKey: `setup:${randomUUID()}`, maxNetworkRetries: 2 }
}

/** @throws Error where the product is of the other mode */
export async function ensureProduct(
  client: Stripe,
  plan: ProductPlan,
  livemode: boolean,
): Promise<SetupItem> {
  const found = await findProduct(client, plan.id)
  const product = found ?? (await client.products.create(plan, onceOptions()))
  if (product.livemode !== livemode) {
    throw new Error(`Product ${plan.id} is of the other mode: the key and what it sees do not agree.`)
  }
  return { what: `product "${plan.name}"`, id: product.id, made: found === null }
}

async function findProduct(client: Stripe, id: string): Promise<Stripe.Product | null> {
  try {
    return await client.products.retrieve(id)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** A price that an operator put under the lookup key stays, as long as it can do the job. @throws Error where it cannot */
export async function ensurePrice(client: Stripe, plan: PricePlan): Promise<SetupItem> {
  const { data } = await client.prices.list({ lookup_keys: [plan.lookup_key], active: true })
  const [found] = data
  if (found !== undefined && !canStandFor(plan, found)) {
    throw new Error(
      `The price ${found.id} has the lookup key ${plan.lookup_key}, but is not ${describe(plan)}: give the key to one that is.`,
    )
  }
  const price = found ?? (await client.prices.create(plan, onceOptions()))
  return { what: `price ${plan.lookup_key}`, id: price.id, made: found === undefined }
}

function canStandFor(plan: PricePlan, price: Stripe.Price): boolean {
  if (price.currency !== plan.currency) return false
  if ('custom_unit_amount' in plan) return price.custom_unit_amount !== null && price.recurring === null
  if ('metadata' in plan) return isBundle(price)
  return (
    price.unit_amount !== null &&
    price.recurring?.interval === plan.recurring.interval &&
    price.recurring.interval_count === 1
  )
}

function isBundle(price: Stripe.Price): boolean {
  return (price.unit_amount ?? 0) > 0 && /^[1-9]\d{0,8}$/.test(price.metadata[BUNDLE_CREDITS] ?? '')
}

function describe(plan: PricePlan): string {
  if ('recurring' in plan) return `in US dollars for each ${plan.recurring.interval}`
  if ('metadata' in plan) return `in US dollars with a number of credits in its metadata (${BUNDLE_CREDITS})`
  return 'in US dollars with an amount that the customer chooses'
}
