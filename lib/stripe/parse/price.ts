import { z } from 'zod'
import type { CreditsBundle } from '@/lib/core/ports/payment-provider'
import type { BillingError } from '@/lib/kit/errors'
import { usdFromCents } from '@/lib/kit/money'
import { providerUnavailable } from '../map-error'
import { parseAs } from './parse-as'
import { metadata } from './reference'

/** Lookup keys of the prices that `setUpStripe` makes. */
export const PRICE_KEYS = {
  credits: 'talktime_credits',
  bundle: 'talktime_credits_bundle',
  monthly: 'talktime_number_monthly',
  annual: 'talktime_number_annual',
} as const

/** On the bundle's price: how many credits it grants. */
export const BUNDLE_CREDITS = 'credits'

/** A number's subscription for one interval. */
type UnitPrice = Readonly<{ id: string; productId: string; cents: number }>

export type Prices = Readonly<{
  creditsPriceId: string
  /** Null where it is not on sale, which only those who would buy it need to know. */
  bundle: CreditsBundle | null
  monthly: UnitPrice
  annual: UnitPrice
}>

const product = z.union([
  z.string().transform((id) => ({ id, name: null, description: null })),
  z.object({ id: z.string(), name: z.string().nullish(), description: z.string().nullish() }),
])

const price = z.object({
  id: z.string(),
  lookup_key: z.string().nullable(),
  product,
  currency: z.string(),
  unit_amount: z.int().nonnegative().nullable(),
  metadata,
})

const creditCount = z
  .string()
  .regex(/^[1-9]\d{0,8}$/)
  .transform(Number)

/** The prices of what we sell. @throws BillingError `payment_provider_unavailable` where one is missing or not in USD, which the operator mends */
export function parsePrices(list: unknown): Prices {
  const byKey = new Map(
    parseAs(z.object({ data: z.array(price) }), list, 'prices').data.map((item) => [item.lookup_key, item]),
  )
  const required = (key: string) => {
    const found = byKey.get(key)
    if (found?.currency !== 'usd') throw notSetUp(`price ${key} is missing`)
    return found
  }
  const unitPrice = (key: string) => {
    const { id, product: sold, unit_amount: cents } = required(key)
    if (cents === null) throw notSetUp(`price ${key} has no unit amount`)
    return { id, productId: sold.id, cents }
  }
  return {
    creditsPriceId: required(PRICE_KEYS.credits).id,
    bundle: bundleOf(byKey.get(PRICE_KEYS.bundle)),
    monthly: unitPrice(PRICE_KEYS.monthly),
    annual: unitPrice(PRICE_KEYS.annual),
  }
}

/** What those who ask for the bundle are told where there is none. */
export function bundleNotSetUp(): BillingError {
  return notSetUp(
    `price ${PRICE_KEYS.bundle} is missing, or does not say in its metadata how many credits it grants`,
  )
}

function bundleOf(found: z.infer<typeof price> | undefined): CreditsBundle | null {
  const credits = creditCount.safeParse(found?.metadata?.[BUNDLE_CREDITS])
  if (found?.currency !== 'usd' || found.unit_amount === null || found.unit_amount === 0) return null
  if (!credits.success) return null
  return {
    priceId: found.id,
    credits: credits.data,
    price: usdFromCents(found.unit_amount),
    productName: found.product.name ?? null,
    productDescription: found.product.description ?? null,
  }
}

function notSetUp(what: string): BillingError {
  return providerUnavailable(`${what}: run stripe:setup`, { remedy: 'operator' })
}
