import { removePaymentMethod } from '@/lib/core/payment-methods/remove-payment-method'
import { setDefaultPaymentMethod } from '@/lib/core/payment-methods/set-default-payment-method'
import { startPaymentMethodCheckout } from '@/lib/core/payment-methods/start-payment-method-checkout'
import { endpoint } from '@/lib/http/endpoint'
import { route } from '@/lib/http/route'
import { dial } from './errors'
import { paymentMethodCheckoutRequest, paymentMethodPath } from './payment-method-contract'

/** /api/v1/billing/payment-methods/{id} */
export const paymentMethod = endpoint(dial, {
  DELETE: route({
    dialect: dial,
    scope: 'billing:write',
    action: 'change-payment-methods',
    params: paymentMethodPath,
    handler: async (ctx, { params }) => {
      await removePaymentMethod(ctx, { paymentMethodId: params.id })
      return { removed: true }
    },
  }),
})

const setDefault = route({
  dialect: dial,
  scope: 'billing:write',
  action: 'change-payment-methods',
  params: paymentMethodPath,
  handler: async (ctx, { params }) => {
    await setDefaultPaymentMethod(ctx, { paymentMethodId: params.id })
    return { id: params.id, isDefault: true }
  },
})

/** /api/v1/billing/payment-methods/{id}/default */
export const defaultPaymentMethod = endpoint(dial, { PUT: setDefault, POST: setDefault })

/** /api/v1/billing/checkout/payment-method */
export const paymentMethodCheckout = endpoint(dial, {
  POST: route({
    dialect: dial,
    scope: 'billing:write',
    action: 'checkout',
    body: paymentMethodCheckoutRequest,
    handler: (ctx, { body, idempotencyKey }) =>
      startPaymentMethodCheckout(ctx, { returnUrl: body.returnUrl ?? null, idempotencyKey }),
  }),
})
