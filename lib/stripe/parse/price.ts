import { z } from 'zod'
import type { BillingError } from '@/lib/kit/errors'
import { providerUnavailable } from '../map-error'
import { parseAs } from './parse-as'

/** Lookup keys of the prices that `setUpStripe` makes. */
export const PRICE_KEYS = {
  credits: 'talktime_credits',
  monthly: 'talktime_number_monthly',
  annual: 'talktime_number_annual',
} as const

export type Prices = Readonly<{ creditsPriceId: string; monthlyCents: number; annualCents: number }>

const price = z.object({
  id: z.string(),
  lookup_key: z.string().nullable(),
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
  const unitCents = (key: string) => {
    const cents = required(key).unit_amount
    if (cents === null) throw notSetUp(`price ${key} has no unit amount`)
    return cents
  }
  return {
    creditsPriceId: required(PRICE_KEYS.credits).id,
    monthlyCents: unitCents(PRICE_KEYS.monthly),
    annualCents: unitCents(PRICE_KEYS.annual),
  }
}

function notSetUp(what: string): BillingError {
  return providerUnavailable(`${what}: run stripe:setup`, { remedy: 'operator' })
}
