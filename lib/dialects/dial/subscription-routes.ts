import { changeInterval } from '@/lib/core/subscriptions/change-interval'
import { previewSubscription } from '@/lib/core/subscriptions/preview-subscription'
import { cancelAtPeriodEnd, resumeSubscription } from '@/lib/core/subscriptions/set-cancellation'
import { startSubscriptionCheckout } from '@/lib/core/subscriptions/start-subscription-checkout'
import { endpoint } from '@/lib/http/endpoint'
import { route } from '@/lib/http/route'
import { dial } from './errors'
import { changeRequest, previewRequest, subscriptionCheckoutRequest } from './subscription-contract'
import { presentCancellation, presentPreview } from './translate-subscription'

/** /api/v1/billing/checkout/subscription */
export const subscriptionCheckout = endpoint(dial, {
  POST: route({
    dialect: dial,
    scope: 'billing:write',
    action: 'checkout',
    body: subscriptionCheckoutRequest,
    handler: (ctx, { body, idempotencyKey }) =>
      startSubscriptionCheckout(ctx, {
        interval: body.interval,
        returnUrl: body.returnUrl ?? null,
        idempotencyKey,
      }),
  }),
})

/** /api/v1/billing/subscription/preview: changes nothing, so whoever may read may ask. */
export const subscriptionPreview = endpoint(dial, {
  POST: route({
    dialect: dial,
    scope: 'billing:read',
    action: 'read-provider',
    body: previewRequest,
    handler: async (ctx, { body: { interval, quantity, promotionCode } }) =>
      presentPreview(
        await previewSubscription(ctx, {
          interval: interval ?? null,
          quantity: quantity ?? null,
          promotionCode: promotionCode ?? null,
        }),
      ),
  }),
})

/** /api/v1/billing/subscription/change */
export const subscriptionChange = endpoint(dial, {
  POST: route({
    dialect: dial,
    scope: 'billing:write',
    action: 'change-subscription',
    body: changeRequest,
    handler: (ctx, { body, idempotencyKey }) =>
      changeInterval(ctx, {
        interval: body.interval,
        promotionCode: body.promotionCode ?? null,
        prorationDate: body.prorationDate ?? null,
        idempotencyKey,
      }),
  }),
})

/** /api/v1/billing/subscription/cancel: ours. Whatever body comes with it stays unread. */
export const subscriptionCancel = endpoint(dial, {
  POST: route({
    dialect: dial,
    scope: 'billing:write',
    action: 'change-subscription',
    handler: async (ctx) => presentCancellation(await cancelAtPeriodEnd(ctx)),
  }),
})

/** /api/v1/billing/subscription/resume: ours. */
export const subscriptionResume = endpoint(dial, {
  POST: route({
    dialect: dial,
    scope: 'billing:write',
    action: 'change-subscription',
    handler: async (ctx) => presentCancellation(await resumeSubscription(ctx)),
  }),
})
