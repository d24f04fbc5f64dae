import type { Actor } from '@/lib/core/actor'
import { getAutoTopUp } from '@/lib/core/auto-top-ups/get-auto-top-up'
import { updateAutoTopUp } from '@/lib/core/auto-top-ups/update-auto-top-up'
import type { Context } from '@/lib/core/context'
import { getCreditsPrice } from '@/lib/core/credit-checkouts/get-credits-price'
import { listPaymentMethods } from '@/lib/core/payment-methods/list-payment-methods'
import type { Dialect } from '@/lib/http/dialect'
import { endpoint } from '@/lib/http/endpoint'
import { route } from '@/lib/http/route'
import { BillingError } from '@/lib/kit/errors'
import { usd, type Money } from '@/lib/kit/money'
import { autoRefillRequest } from './auto-refill-contract'
import { patchOf, presentAutoRefill } from './auto-refill-translate'
import { organisationParams } from './contract'
import { dreadnode } from './errors'

const common = {
  credentials: ['api-key', 'token'],
  organisation: true,
  params: organisationParams,
} as const

/** The amount is given as a quantity of bundles here: what is wrong with the one is wrong with the other. */
const dreadnodeRefill: Dialect = {
  ...dreadnode,
  refuse: ({ fields, ...refusal }) => {
    const { amount, ...others } = fields?.fieldErrors ?? {}
    const fieldErrors = amount === undefined ? others : { ...others, quantity: amount }
    return dreadnode.refuse({ ...refusal, fields: fields && { ...fields, fieldErrors } })
  },
}

/** /api/v1/org/{slug}/credits/auto-refill */
export const autoRefill = endpoint(dreadnode, {
  GET: route({
    ...common,
    dialect: dreadnode,
    scope: 'billing:read',
    action: 'read-provider',
    handler: async (ctx) => present(ctx),
  }),
  PUT: route({
    ...common,
    dialect: dreadnodeRefill,
    scope: 'billing:write',
    action: 'change-auto-top-up',
    body: autoRefillRequest,
    handler: async (ctx, { body }) => {
      requireOwner(ctx.actor)
      const bundle = body.quantity == null ? null : await bundleWorth(ctx)
      await updateAutoTopUp(ctx, patchOf(body, ctx.prices.credit, bundle))
      return present(ctx)
    },
  }),
})

async function present(ctx: Context) {
  const [settings, methods] = await Promise.all([getAutoTopUp(ctx), listPaymentMethods(ctx)])
  return presentAutoRefill({ settings, methods, credit: ctx.prices.credit, now: ctx.now() })
}

/** What a bundle grants is what is charged for it here: a refill pays for what it adds, whatever a bundle costs. */
async function bundleWorth(ctx: Context): Promise<Money> {
  const { credits } = await getCreditsPrice(ctx)
  return usd(BigInt(credits) * ctx.prices.credit.micros)
}

/** Of people, owners alone change it here (the vendor's rule); a key of the organisation stands for all of it. */
function requireOwner(actor: Actor): void {
  const isMember = actor.kind === 'user' || actor.kind === 'token'
  if (isMember && actor.role !== 'owner') {
    throw new BillingError('forbidden', 'Only owners of the organisation may change auto-refill.')
  }
}
