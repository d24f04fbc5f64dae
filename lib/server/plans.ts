import { assignPlan } from '@/lib/core/allowance/assign-plan'
import { definePlan } from '@/lib/core/allowance/define-plan'
import { findAccount } from '@/lib/core/organisations/find-account'
import type { Context } from '@/lib/core/context'
import { env } from '@/lib/env'
import { usd } from '@/lib/kit/money'
import { makeContext, openContainer } from './container'

const USAGE = `npm run plans -- define <id> <name> <monthly credits> [<access tokens>]
npm run plans -- assign <organisation> <id>
npm run plans -- withdraw <organisation>`

/** Defines a plan, with the price that a credit has now, and gives it to an organisation or takes it away. */
async function run(ctx: Context, [command, ...words]: readonly string[]): Promise<string> {
  const [first = '', second = '', credits = '', tokens] = words
  if (command === 'define' && /^\d+$/.test(credits) && (tokens === undefined || /^\d+$/.test(tokens))) {
    const monthly = usd(BigInt(credits) * ctx.prices.credit.micros)
    const tokensMax = tokens === undefined ? null : Number(tokens)
    await definePlan(ctx, { id: first, name: second, monthly, tokensMax })
    return `The plan ${first} grants ${credits} credits a month from its next grant on.`
  }
  if (command === 'assign' && words.length === 2) {
    await assignPlan(ctx, { accountId: await findAccount(ctx, first), planId: second })
    return `${first} is on the plan ${second}.`
  }
  if (command === 'withdraw' && words.length === 1) {
    await assignPlan(ctx, { accountId: await findAccount(ctx, first), planId: null })
    return `${first} has no plan from next month on.`
  }
  throw new Error(USAGE)
}

async function main(words: readonly string[]): Promise<void> {
  const container = openContainer(env(), 'worker')
  try {
    const ctx = await makeContext(container, { kind: 'system', name: 'plans' }, 'plans')
    process.stdout.write(`${await run(ctx, words)}\n`)
  } finally {
    await container.close()
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
