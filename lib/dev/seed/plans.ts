import { assignPlan } from '@/lib/core/allowance/assign-plan'
import { definePlan } from '@/lib/core/allowance/define-plan'
import { usd } from '@/lib/kit/money'
import { makeContext, type Container } from '@/lib/server/container'
import type { Member } from './open-account'

/** Monthly credits, and how many access tokens an account may hold. */
const PLANS = [
  { id: 'basic', name: 'Basic', credits: 6_000n, tokensMax: 1 },
  { id: 'pro', name: 'Pro', credits: 20_000n, tokensMax: 3 },
  { id: 'business', name: 'Business', credits: 90_000n, tokensMax: 5 },
] as const

/** What staff of the operator would do: the plans that there are, by what a credit costs here. */
export async function definePlans(container: Container): Promise<void> {
  const ctx = await systemContext(container)
  for (const { credits, ...plan } of PLANS) {
    await definePlan(ctx, { ...plan, monthly: usd(credits * ctx.prices.credit.micros) })
  }
}

/** And give one to a customer, from this moment on. */
export async function givePlan(
  container: Container,
  { accountId }: Member,
  planId: (typeof PLANS)[number]['id'],
): Promise<void> {
  await assignPlan(await systemContext(container), { accountId, planId })
}

async function systemContext(container: Container) {
  return makeContext(container, { kind: 'system', name: 'seed' }, 'req_seed')
}
