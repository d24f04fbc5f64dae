import type { z } from 'zod'
import { getCreditsPrice } from '@/lib/core/credit-checkouts/get-credits-price'
import { startBundleCheckout } from '@/lib/core/credit-checkouts/start-bundle-checkout'
import { creditBalanceQuestion, getCreditBalance } from '@/lib/core/credits/get-credit-balance'
import { getCreditUsage } from '@/lib/core/credits/get-credit-usage'
import { getReceipt } from '@/lib/core/credits/get-receipt'
import {
  creditTransactionsQuestion,
  listCreditTransactions,
} from '@/lib/core/credits/list-credit-transactions'
import { endpoint, unknownPath } from '@/lib/http/endpoint'
import { parseInput } from '@/lib/http/parse-input'
import { route } from '@/lib/http/route'
import {
  checkoutRequest,
  organisationParams,
  receiptParams,
  transactionId,
  transactionsQuery,
  usageQuery,
} from './contract'
import { dreadnode } from './errors'
import { kindsOf, presentBalance, presentPrice, presentTransaction, presentUsage } from './translate'

/** What all of them have in common: a bearer token, and the organisation that the path names. */
const common = {
  dialect: dreadnode,
  credentials: ['api-key', 'token'],
  organisation: true,
  params: organisationParams,
} as const

/** /api/v1/org/{slug}/credits */
export const balance = endpoint(dreadnode, {
  GET: route({
    ...common,
    scope: 'billing:read',
    asks: () => creditBalanceQuestion,
    handler: async (ctx) => presentBalance(await getCreditBalance(ctx), ctx.prices.credit),
  }),
})

/** /api/v1/org/{slug}/credits/checkout */
export const checkout = endpoint(dreadnode, {
  POST: route({
    ...common,
    scope: 'billing:write',
    action: 'checkout',
    body: checkoutRequest,
    handler: async (ctx, { body, idempotencyKey }) => {
      const { checkoutUrl, sessionId } = await startBundleCheckout(ctx, {
        quantity: body.quantity,
        successUrl: body.success_url,
        cancelUrl: body.cancel_url,
        idempotencyKey,
      })
      return { checkout_url: checkoutUrl, session_id: sessionId }
    },
  }),
})

/** /api/v1/org/{slug}/credits/price */
export const price = endpoint(dreadnode, {
  GET: route({
    ...common,
    scope: 'billing:read',
    handler: async (ctx) => presentPrice(await getCreditsPrice(ctx)),
  }),
})

/** /api/v1/org/{slug}/credits/transactions */
export const transactions = endpoint(dreadnode, {
  GET: route({
    ...common,
    scope: 'billing:read',
    query: transactionsQuery,
    queryLists: ['transaction_type'],
    asks: ({ query }) => creditTransactionsQuestion(transactionsOf(query)),
    handler: async (ctx, { query }) => {
      const listed = await listCreditTransactions(ctx, transactionsOf(query))
      return listed.map((transaction) => presentTransaction(transaction, ctx.prices.credit))
    },
  }),
})

/** /api/v1/org/{slug}/credits/transactions/{transaction_id}/receipt */
export const receipt = endpoint(dreadnode, {
  GET: route({
    ...common,
    scope: 'billing:read',
    action: 'read-provider',
    params: receiptParams,
    handler: (ctx, { params }) =>
      getReceipt(ctx, { transactionId: parseInput(transactionId, params, 'path').transaction_id }),
  }),
})

/** /api/v1/org/{slug}/credits/usage */
export const usage = endpoint(dreadnode, {
  GET: route({
    ...common,
    scope: 'billing:read',
    query: usageQuery,
    handler: async (ctx, { query: { start_date: from, end_date: to } }) =>
      presentUsage(await getCreditUsage(ctx, { from, to }), ctx.prices.credit),
  }),
})

function transactionsOf({ limit, transaction_type: types }: z.infer<typeof transactionsQuery>) {
  return { kinds: kindsOf(types), limit }
}

/** Everything else under /api/v1/org. */
export const unknown = unknownPath(dreadnode)
