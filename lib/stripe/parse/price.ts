import { z } from 'zod'
import type { BillingError } from '@/lib/kit/errors'
import { providerUnavailable } from '../map-error'
import { parseAs } from './parse-as'
import { reference } from './reference'

/** Lookup keys of the prices that `setUpStripe` makes. */
export const PRICE_KEYS = {
  credits: 'talktime_credits',
  monthly: 'talktime_number_monthly',
  annual: 'talktime_number_annual',
} as const

/** A number's subscription for one interval. */
type UnitPrice = Readonly<{ id: string; productId: string; cents: number }>

export type Prices = Readonly<{ creditsPriceId: string; monthly: UnitPrice; annual: UnitPrice }>

const price = z.object({
  id: z.string(),
  lookup_key: z.string().nullable(),
  product: reference,
  currency: z.string(),
  unit_amount: z.int().nonnegative().nullable(),
})

/** The three prices of the product. @throws BillingError `payment_provider_unavailable` where one is missing or not in USD, which the operator mends */
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
    const { id, product: productId, unit_amount: cents } = required(key)
    if (cents === null) throw notSetUp(`price ${key} has no unit amount`)
    return { id, productId, cents }
  }
  return {
    creditsPriceId: required(PRICE_KEYS.credits).id,
    monthly: unitPrice(PRICE_KEYS.monthly),
    annual: unitPrice(PRICE_KEYS.annual),
  }
}

function notSetUp(what: string): BillingError {
  return providerUnavailable(`${what}: run stripe:setup`, { remedy: 'operator' })
}
