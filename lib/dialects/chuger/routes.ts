import { getPerson } from '@/lib/core/accounts/get-person'
import type { Context } from '@/lib/core/context'
import { startCountCheckout } from '@/lib/core/credit-checkouts/start-count-checkout'
import {
  creditStatusQuestion,
  getCreditStatus,
  type CreditStatus,
} from '@/lib/core/credits/get-credit-status'
import { consumptionQuestion, listConsumption } from '@/lib/core/credits/list-consumption'
import { endpoint, unknownPath } from '@/lib/http/endpoint'
import { Answer } from '@/lib/http/respond'
import { route } from '@/lib/http/route'
import { previewRequest, purchaseRequest, transactionsQuery } from './contract'
import { chugerAt } from './errors'
import { paginate } from './paginate'
import {
  presentCredits,
  presentPreview,
  presentStats,
  presentTransaction,
  presentUser,
  quotaHeaders,
} from './translate'

const TRANSACTIONS = '/v1/credits/transactions'

/** What all of them have in common: a bearer token, and no limit of requests. */
function at(path: string) {
  return { dialect: chugerAt(path), credentials: ['api-key', 'token'], unlimited: true } as const
}

const forCredits = at('/v1/credits')
const forStats = at('/v1/credits/usage-stats')
const forPurchase = at('/v1/credits/purchase')
const forTransactions = at(TRANSACTIONS)
const forPreview = at('/v1/credits/preview-cost')
const forCanAfford = at('/v1/credits/can-afford')
const forUser = at('/user')

/** /v1/credits */
export const credits = endpoint(forCredits.dialect, {
  GET: route({
    ...forCredits,
    scope: 'billing:read',
    asks: () => creditStatusQuestion,
    handler: async (ctx) => {
      const status = await getCreditStatus(ctx)
      return withQuota(ctx, status, presentCredits(status, ctx.prices.credit))
    },
  }),
})

/** /v1/credits/usage-stats */
export const usageStats = endpoint(forStats.dialect, {
  GET: route({
    ...forStats,
    scope: 'billing:read',
    asks: () => creditStatusQuestion,
    handler: async (ctx) => {
      const status = await getCreditStatus(ctx)
      return withQuota(ctx, status, presentStats(status, ctx.prices.credit))
    },
  }),
})

/** /v1/credits/purchase */
export const purchase = endpoint(forPurchase.dialect, {
  POST: route({
    ...forPurchase,
    scope: 'billing:write',
    body: purchaseRequest,
    handler: async (ctx, { body, idempotencyKey }) => {
      // Before the deed, so that a failure to read it undoes nothing.
      const status = await getCreditStatus(ctx)
      const { checkoutUrl, sessionId } = await startCountCheckout(ctx, { ...body, idempotencyKey })
      return withQuota(ctx, status, { checkout_url: checkoutUrl, session_id: sessionId })
    },
  }),
})

/** /v1/credits/transactions */
export const transactions = endpoint(forTransactions.dialect, {
  GET: route({
    ...forTransactions,
    scope: 'billing:read',
    query: transactionsQuery,
    asks: ({ query }) => consumptionQuestion({ page: query.page, perPage: query.per_page }),
    handler: async (ctx, { query: { page, per_page: perPage } }) => {
      const found = await listConsumption(ctx, { page, perPage })
      const data = found.items.map((item) => presentTransaction(item, ctx.prices.credit))
      const list = {
        path: new URL(TRANSACTIONS, ctx.site.appUrl).href,
        query: { per_page: String(perPage) },
        page,
        perPage,
        total: found.total,
      }
      return withQuota(ctx, found, paginate(data, list))
    },
  }),
})

/** /v1/credits/preview-cost: changes nothing, so whoever may read may ask. */
export const previewCost = endpoint(forPreview.dialect, {
  POST: route({
    ...forPreview,
    scope: 'billing:read',
    body: previewRequest,
    handler: async (ctx, { body }) => {
      const status = await getCreditStatus(ctx)
      return withQuota(ctx, status, presentPreview(body, status, ctx.prices.credit))
    },
  }),
})

/** /v1/credits/can-afford */
export const canAfford = endpoint(forCanAfford.dialect, {
  POST: route({
    ...forCanAfford,
    scope: 'billing:read',
    body: previewRequest,
    handler: async (ctx, { body }) => {
      const status = await getCreditStatus(ctx)
      const preview = presentPreview(body, status, ctx.prices.credit)
      return withQuota(ctx, status, { can_afford: preview.can_afford, preview })
    },
  }),
})

/** /user */
export const user = endpoint(forUser.dialect, {
  GET: route({
    ...forUser,
    scope: 'billing:read',
    handler: async (ctx) => {
      const [person, status] = await Promise.all([getPerson(ctx), getCreditStatus(ctx)])
      return withQuota(ctx, status, presentUser(person))
    },
  }),
})

/** Everything else under /v1 and /user. */
export const unknown = unknownPath(chugerAt('/v1'))

function withQuota(ctx: Context, status: Pick<CreditStatus, 'limit' | 'used'>, body: object): Answer {
  return new Answer(body, quotaHeaders(status, ctx.prices.credit))
}
