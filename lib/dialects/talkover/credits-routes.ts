import { purchaseCredits } from '@/lib/core/purchases/purchase-credits'
import { getWalletBalance, walletBalanceQuestion } from '@/lib/core/wallets/get-wallet-balance'
import { endpoint, unknownPath } from '@/lib/http/endpoint'
import { route } from '@/lib/http/route'
import { purchaseRequest } from './credits-contract'
import { presentBalance, presentPurchase } from './credits-translate'
import { talkover } from './errors'

/** What the Account API is asked with: a person's own token, or their sign-in. */
const PERSONAL = ['token', 'session'] as const

/** /api/v1/credits/purchase: charges at once, and answers when the credit is there. */
export const creditsPurchase = endpoint(talkover, {
  POST: route({
    dialect: talkover,
    credentials: PERSONAL,
    scope: 'billing:write',
    action: 'checkout',
    body: purchaseRequest,
    handler: async (ctx, { body, idempotencyKey }) =>
      presentPurchase(
        await purchaseCredits(ctx, {
          amount: body.amount,
          paymentMethodId: body.payment_method_id ?? null,
          idempotencyKey,
        }),
      ),
  }),
})

/** /api/v1/credits/balance */
export const creditsBalance = endpoint(talkover, {
  GET: route({
    dialect: talkover,
    credentials: PERSONAL,
    scope: 'billing:read',
    asks: () => walletBalanceQuestion,
    handler: async (ctx) => presentBalance(await getWalletBalance(ctx)),
  }),
})

/** Everything else under the prefixes that are Talkover's. */
export const unknown = unknownPath(talkover)
