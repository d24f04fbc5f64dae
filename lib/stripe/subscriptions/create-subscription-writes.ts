import type Stripe from 'stripe'
import type {
  SubscriptionSnapshot,
  SubscriptionTerms,
  SubscriptionWrites,
} from '@/lib/core/ports/subscription-provider'
import { callStripe } from '../call-stripe'
import { createOrFind } from '../create-or-find'
import { openSession } from '../open-session'
import { orNull } from '../or-null'
import { parseCheckout, parseCreatedCheckout } from '../parse/checkout'
import type { PriceBook } from '../price-book'
import { subscriptionCheckoutParameters } from './checkout-parameters'
import type { SubscriptionParts } from './create-subscription-provider'
import { createItemWrites } from './create-item-writes'
import { declineOf, refusalOfTerms } from './refusal-of-terms'
import { changeParameters } from './terms-parameters'

type Retrieve = (subscriptionId: string) => Promise<SubscriptionSnapshot | null>
type Update = Readonly<{
  subscriptionId: string
  parameters: Stripe.SubscriptionUpdateParams
  key: string
  /** Whether a reading shows that an earlier try has done it. */
  isDone: (found: SubscriptionSnapshot) => boolean
}>

/** What is done to subscriptions at Stripe: once, under a key derived from a row of ours. */
export function createSubscriptionWrites(
  parts: SubscriptionParts,
  prices: PriceBook,
  retrieve: Retrieve,
): SubscriptionWrites {
  return {
    createCheckout: async (input) => {
      const price = (await prices.read())[input.interval]
      const parameters = subscriptionCheckoutParameters(input, price.id)
      const session = await orNull(openSession(parts, input.orderId, parameters), 'customer')
      return session === null ? null : parseCreatedCheckout(session)
    },
    expireCheckout: (sessionId) => expireCheckout(parts, sessionId),
    change: async (terms, idempotencyKey) => {
      const price = (await prices.read())[terms.interval]
      return change(parts, retrieve, terms, {
        subscriptionId: terms.subscriptionId,
        parameters: changeParameters(terms, price.id),
        key: idempotencyKey,
        isDone: (found) => found.interval === terms.interval && found.quantity === terms.quantity,
      })
    },
    setQuantity: ({ subscriptionId, itemId, quantity, idempotencyKey: key }) =>
      update(parts, retrieve, {
        subscriptionId,
        parameters: { items: [{ id: itemId, quantity }], proration_behavior: 'none' },
        key,
        isDone: (found) => found.quantity === quantity,
      }),
    setCancellation: ({ subscriptionId, cancels, idempotencyKey: key }) =>
      update(parts, retrieve, {
        subscriptionId,
        parameters: cancels ? { cancel_at_period_end: true } : { cancel_at_period_end: false },
        key,
        isDone: (found) => found.cancelAtPeriodEnd === cancels,
      }),
    ...createItemWrites(parts),
  }
}

async function update(
  { client, limiter }: SubscriptionParts,
  retrieve: Retrieve,
  { subscriptionId, parameters, key, isDone }: Update,
): Promise<void> {
  const endpoint = 'POST /v1/subscriptions/:id'
  await createOrFind<true>({
    key,
    create: async (idempotencyKey) => {
      const send = (key: string, sent: Stripe.SubscriptionUpdateParams) =>
        callStripe(limiter, { endpoint, priority: 'purchase', idempotencyKey: key }, (options) =>
          client.subscriptions.update(subscriptionId, sent, options),
        )
      const updated = await send(idempotencyKey, parameters)
      // The customer portal schedules an end as a moment of its own.
      if (parameters.cancel_at_period_end === false && updated.cancel_at !== null) {
        await send(`${idempotencyKey}:moment`, { cancel_at: '' })
      }
      return true
    },
    find: async () => {
      const found = await retrieve(subscriptionId)
      return found !== null && isDone(found) ? true : null
    },
  })
}

async function change(
  parts: SubscriptionParts,
  retrieve: Retrieve,
  terms: SubscriptionTerms,
  deed: Update,
): ReturnType<SubscriptionWrites['change']> {
  try {
    await update(parts, retrieve, deed)
    return { kind: 'changed' }
  } catch (error) {
    const refusal = refusalOfTerms(error) ?? declineOf(error)
    if (refusal === null) throw error
    return refusal
  }
}

/** Stripe refuses to expire what is no longer open: then the session says what became of it. */
async function expireCheckout(
  { client, limiter }: SubscriptionParts,
  sessionId: string,
): Promise<'expired' | 'complete'> {
  try {
    const endpoint = 'POST /v1/checkout/sessions/:id/expire'
    await callStripe(
      limiter,
      { endpoint, priority: 'purchase', idempotencyKey: `${sessionId}:expire` },
      (options) => client.checkout.sessions.expire(sessionId, {}, options),
    )
    return 'expired'
  } catch (error) {
    const session = await orNull(
      callStripe(limiter, { endpoint: 'GET /v1/checkout/sessions/:id', priority: 'purchase' }, (options) =>
        client.checkout.sessions.retrieve(sessionId, {}, options),
      ),
    )
    if (session === null) return 'expired'
    const { status } = parseCheckout(session)
    if (status === 'open') throw error
    return status
  }
}
