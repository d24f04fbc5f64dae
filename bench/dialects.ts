import { assignPlan } from '@/lib/core/allowance/assign-plan'
import { definePlan } from '@/lib/core/allowance/define-plan'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { invariant } from '@/lib/kit/assert'
import { usd, usdFromCents } from '@/lib/kit/money'
import { makeContext, type Container } from '@/lib/server/container'
import { sessionTokenOf } from '@/lib/testing/buyer'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { SYSTEM } from '@/lib/testing/test-context'
import { createTestDatabase } from '@/lib/testing/test-database'
import { analyze } from './analyze'
import type { BenchContext, BenchRow } from './bench'
import { driveHttp, percentile } from './drive-http'
import { startProduct } from './start-product'

const CONNECTIONS = 16
const ROUNDS = 5
const ROUND_SECONDS = 3
const RATIO_MIN = 0.8
/** The first of the reads: what the others stand beside. */
const STATIC_ROUTE = '/api/health/live'

/**
 * The dialects' reads that need nothing of Stripe, beside a static route of the same server, all asked for by one caller.
 * They take turns, round by round, so that whatever else the machine does meets all of them. One of them again with a
 * method that it does not have tells what its address costs by itself: it is refused without asking anybody.
 */
export async function run({ server, say }: BenchContext): Promise<readonly BenchRow[]> {
  const ends: (() => Promise<unknown>)[] = []
  try {
    const database = await createTestDatabase(server)
    ends.push(() => database.drop())
    say('building and starting the app')
    const { container, appUrl } = await startProduct(server, database, ends)
    const person = await addPerson(container)
    const slug = await fillAccount(container, person)
    await analyze(database)
    const token = await sessionTokenOf(container, person)
    const reads = [{ path: STATIC_ROUTE, credential: person.key }, ...readsOf(slug, person.key, token)]
    const rates = new Map(reads.map((read): [Read, number[]] => [read, []]))
    for (let round = 0; round <= ROUNDS; round++) {
      say(round === 0 ? 'warming up' : `round ${String(round)} of ${String(ROUNDS)}`)
      for (const read of reads) {
        const { perSecond } = await driveHttp({
          url: `${appUrl}${read.path}`,
          headers: { authorization: `Bearer ${read.credential}` },
          ...(read.isRefused && { method: 'PUT', status: 405 }),
          connections: CONNECTIONS,
          seconds: ROUND_SECONDS,
        })
        if (round > 0) rates.get(read)?.push(perSecond)
      }
    }
    return rowsOf(rates)
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

type Read = Readonly<{ path: string; credential: string; isRefused?: true }>

/** Talkover's balance is for tokens of people. */
function readsOf(slug: string, key: string, token: string): readonly Read[] {
  const organisation = `/api/v1/org/${slug}/credits`
  const paths = [
    organisation,
    `${organisation}/transactions`,
    '/v1/credits',
    '/v1/credits/usage-stats',
    '/v1/credits/transactions',
  ]
  return [
    { path: '/api/v1/credits/balance', credential: token },
    ...paths.map((path) => ({ path, credential: key })),
    { path: organisation, credential: key, isRefused: true },
  ]
}

/** An account with a plan and usage of its own, known by the slug that is answered. */
async function fillAccount(container: Container, { actor }: TestPerson): Promise<string> {
  const system = await makeContext(container, SYSTEM, 'req_bench')
  await definePlan(system, { id: 'pro', name: 'Pro', monthly: usdFromCents(20_000), tokensMax: null })
  await assignPlan(system, { accountId: actor.accountId, planId: 'pro' })
  const ctx = await makeContext(container, actor, 'req_bench')
  await recordUsage(
    ctx,
    Array.from({ length: 500 }, (_, index) => ({
      id: `usage-${String(index)}`,
      numberId: null,
      fareName: 'Outbound call',
      billedQuantity: 60,
      amount: usd(24_000n),
      occurredAt: new Date(ctx.now().getTime() - index * 60_000),
    })),
  )
  const [row] = await container.databases.app.sql<{ slug: string }[]>`
    select slug from account where id = ${actor.accountId}`
  invariant(row !== undefined, 'every account has a slug')
  return row.slug
}

function rowsOf(rates: ReadonlyMap<Read, readonly number[]>): readonly BenchRow[] {
  const [[, first] = [], ...others] = rates
  const beside = percentile(first ?? [], 0.5)
  return others.map(([{ path, isRefused = false }, measured]) => {
    const perSecond = percentile(measured, 0.5)
    const name = `${isRefused ? 'PUT' : 'GET'} ${path.replace(/(\/org\/)[^/]+/, '$1{slug}')}`
    return {
      name: `${name}, ${String(CONNECTIONS)} connections, beside a static route`,
      measured: `${perSecond.toFixed(0)}/s`,
      beside: `${beside.toFixed(0)}/s`,
      ratio: perSecond / beside,
      target: isRefused ? null : `at least ${String(RATIO_MIN)} times`,
      isMet: isRefused ? null : perSecond / beside >= RATIO_MIN,
    }
  })
}
