import type Stripe from 'stripe'
import { BUNDLE_CREDITS, PRICE_KEYS } from '../parse/price'
import type { Wire } from '../wire'

type PriceParameters = Wire<Stripe.PriceCreateParams>

/** A product with an id of ours, so that a second run finds it. */
export type ProductPlan = Readonly<{ id: string; name: string; description?: string }>

/** What we sell, in cents. An operator who wants other amounts gives the lookup key to another price. */
export const PRODUCTS: readonly ProductPlan[] = [
  { id: 'talktime_credits', name: 'Talktime credits' },
  {
    id: 'talktime_credits_bundle',
    name: '2,500 Talktime credits',
    description: 'Credits for calls, messages and numbers. They do not expire.',
  },
  { id: 'talktime_number', name: 'Phone number subscription' },
]

export const PRICES = [
  {
    lookup_key: PRICE_KEYS.credits,
    product: 'talktime_credits',
    currency: 'usd',
    custom_unit_amount: { enabled: true, minimum: 500, maximum: 100_000, preset: 2_500 },
  },
  {
    lookup_key: PRICE_KEYS.bundle,
    product: 'talktime_credits_bundle',
    currency: 'usd',
    unit_amount: 2_500,
    metadata: { [BUNDLE_CREDITS]: '2500' },
  },
  {
    lookup_key: PRICE_KEYS.monthly,
    product: 'talktime_number',
    currency: 'usd',
    unit_amount: 1_200,
    recurring: { interval: 'month' },
  },
  {
    lookup_key: PRICE_KEYS.annual,
    product: 'talktime_number',
    currency: 'usd',
    unit_amount: 12_000,
    recurring: { interval: 'year' },
  },
] as const satisfies readonly PriceParameters[]
