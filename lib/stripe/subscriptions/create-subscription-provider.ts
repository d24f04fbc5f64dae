import type Stripe from 'stripe'
import type {
  SubscriptionProvider,
  SubscriptionSnapshot,
  SubscriptionTerms,
} from '@/lib/core/ports/subscription-provider'
import { callStripe, type Endpoint } from '../call-stripe'
import type { Limiter } from '../limiter'
import { orNull } from '../or-null'
import { parsePreview } from '../parse/preview'
import { parsePromotionCode, PROMOTION_CODE_EXPANSIONS } from '../parse/promotion-code'
import { parseSubscription } from '../parse/subscription'
import type { PriceBook } from '../price-book'
import { createSubscriptionWrites } from './create-subscription-writes'
import { refusalOfTerms } from './refusal-of-terms'
import { previewParameters } from './terms-parameters'

export type SubscriptionParts = Readonly<{ client: Stripe; limiter: Limiter }>

const RETRIEVE: Endpoint = 'GET /v1/subscriptions/:id'

/** Subscriptions at Stripe: every one has one item, at the monthly or the annual price of a number. */
export function createSubscriptionProvider(
  parts: SubscriptionParts,
  prices: PriceBook,
): SubscriptionProvider {
  const { client, limiter } = parts
  return {
    retrieve: (subscriptionId, options) => retrieve(parts, subscriptionId, options?.claimed ?? false),
    claim: () => [RETRIEVE],
    preview: (terms) => preview(parts, prices, terms),
    promotionCode: async (code) =>
      parsePromotionCode(
        await callStripe(limiter, { endpoint: 'GET /v1/promotion_codes', priority: 'read' }, (options) =>
          client.promotionCodes.list({ code, limit: 1, expand: PROMOTION_CODE_EXPANSIONS }, options),
        ),
      ),
    productIds: async () => {
      const { monthly, annual } = await prices.read()
      return { monthly: monthly.productId, annual: annual.productId }
    },
    ...createSubscriptionWrites(parts, prices, (subscriptionId) => retrieve(parts, subscriptionId, false)),
  }
}

async function retrieve(
  { client, limiter }: SubscriptionParts,
  subscriptionId: string,
  claimed: boolean,
): Promise<SubscriptionSnapshot | null> {
  const found = await orNull(
    callStripe(limiter, { endpoint: RETRIEVE, priority: 'read', claimed }, (options) =>
      client.subscriptions.retrieve(subscriptionId, {}, options),
    ),
  )
  return found === null ? null : parseSubscription(found)
}

async function preview({ client, limiter }: SubscriptionParts, prices: PriceBook, terms: SubscriptionTerms) {
  const price = (await prices.read())[terms.interval]
  try {
    const made = await callStripe(
      limiter,
      { endpoint: 'POST /v1/invoices/create_preview', priority: 'read' },
      (options) => client.invoices.createPreview(previewParameters(terms, price.id), options),
    )
    return { kind: 'preview', preview: parsePreview(made) } as const
  } catch (error) {
    const refusal = refusalOfTerms(error)
    if (refusal === null) throw error
    return refusal
  }
}
