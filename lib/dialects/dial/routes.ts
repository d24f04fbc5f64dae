import { startCreditsCheckout } from '@/lib/core/top-ups/start-credits-checkout'
import { getBilling } from '@/lib/core/wallets/get-billing'
import { endpoint, unknownPath } from '@/lib/http/endpoint'
import { route } from '@/lib/http/route'
import { creditsCheckoutRequest } from './contract'
import { dial } from './errors'
import {
  buyNumberRoute,
  changeNumberRoute,
  getNumberRoute,
  listNumbersRoute,
  releaseNumberRoute,
} from './numbers-routes'
import { presentBilling } from './translate'

/** /api/v1/billing. A body sent along with the GET stays unread. */
export const billing = endpoint(dial, {
  GET: route({
    dialect: dial,
    scope: 'billing:read',
    action: 'read-provider',
    handler: async (ctx) => presentBilling(await getBilling(ctx)),
  }),
})

/** /api/v1/billing/checkout/credits */
export const creditsCheckout = endpoint(dial, {
  POST: route({
    dialect: dial,
    scope: 'billing:write',
    action: 'checkout',
    body: creditsCheckoutRequest,
    handler: (ctx, { body, idempotencyKey }) =>
      startCreditsCheckout(ctx, { returnUrl: body.returnUrl ?? null, idempotencyKey }),
  }),
})

/** /api/v1/numbers */
export const numbers = endpoint(dial, { GET: listNumbersRoute, POST: buyNumberRoute })

/** /api/v1/numbers/{id} */
export const number = endpoint(dial, {
  GET: getNumberRoute,
  PATCH: changeNumberRoute,
  DELETE: releaseNumberRoute,
})

/** Everything else under /api/v1. */
export const unknown = unknownPath(dial)
