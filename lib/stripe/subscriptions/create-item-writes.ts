import Stripe from 'stripe'
import type { SubscriptionWrites } from '@/lib/core/ports/subscription-provider'
import { exactCents } from '@/lib/kit/money'
import { callStripe } from '../call-stripe'
import { orNull } from '../or-null'
import type { SubscriptionParts } from './create-subscription-provider'

/** Items that the next invoice of a subscription takes up. No discount of the subscription is meant for them. */
export function createItemWrites({
  client,
  limiter,
}: SubscriptionParts): Pick<SubscriptionWrites, 'addItem' | 'removeItem'> {
  return {
    addItem: async ({ customerId, subscriptionId, amount, description, idempotencyKey }) => {
      const parameters = {
        customer: customerId,
        subscription: subscriptionId,
        amount: exactCents(amount),
        currency: 'usd',
        description,
        discountable: false,
      }
      const item = await callStripe(
        limiter,
        { endpoint: 'POST /v1/invoiceitems', priority: 'purchase', idempotencyKey },
        (options) => client.invoiceItems.create(parameters, options),
      )
      return item.id
    },
    removeItem: async (itemId) => {
      try {
        await orNull(
          callStripe(limiter, { endpoint: 'DELETE /v1/invoiceitems/:id', priority: 'purchase' }, (options) =>
            client.invoiceItems.del(itemId, {}, options),
          ),
        )
        return 'removed'
      } catch (error) {
        if (error instanceof Stripe.errors.StripeInvalidRequestError) return 'kept'
        throw error
      }
    },
  }
}
