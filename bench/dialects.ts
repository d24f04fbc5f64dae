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
const STATIC_ROUTE = '/api/health/live'

/**
 * The dialects' reads that need nothing of Stripe, beside a static route of the same server, each asked for by one caller
 * over and over. They take turns, round by round, so that whatever else the machine does meets all of them. Two rows tell
 * what the targets do not: the same of as many callers as connections, who share nothing, and what an address costs by
 * itself, which refuses a method that it does not have without asking anybody.
 */
export async function run({ server, say }: BenchContext): Promise<readonly BenchRow[]> {
  const ends: (() => Promise<unknown>)[] = []
  try {
    const database = await createTestDatabase(server)
    ends.push(() => database.drop())
    say('building and starting the app')
    const { container, appUrl } = await startProduct(server, database, ends)
    const people: TestPerson[] = []
    for (let index = 0; index < CONNECTIONS; index++) people.push(await addPerson(container))
    const slugs = await Promise.all(people.map((person) => fillAccount(container, person)))
    await analyze(database)
    const reads = await readsOf(container, people, slugs[0] ?? '')
    const rates = new Map(reads.map((read): [Read, number[]] => [read, []]))
    for (let round = 0; round <= ROUNDS; round++) {
      say(round === 0 ? 'warming up' : `round ${String(round)} of ${String(ROUNDS)}`)
      for (const read of reads) {
        const { perSecond } = await driveHttp({
          url: `${appUrl}${read.path}`,
          headersOf: (connection) => ({
            authorization: `Bearer ${read.credentials[connection % read.credentials.length] ?? ''}`,
          }),
          ...(read.isRefused && { method: 'PUT', status: 405 }),
          ...(round === 0 && {
            check: (body) => invariant(body !== '' && body !== '[]', 'it has something to tell'),
          }),
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

type Read = Readonly<{ path: string; credentials: readonly string[]; isRefused?: true }>

/** The static route first: what the others stand beside. Talkover's balance is for tokens of people. */
async function readsOf(
  container: Container,
  people: readonly TestPerson[],
  slug: string,
): Promise<readonly Read[]> {
  const [person] = people
  invariant(person !== undefined, 'there is a caller')
  const { key } = person
  const organisation = `/api/v1/org/${slug}/credits`
  const paths = [
    organisation,
    `${organisation}/transactions`,
    '/v1/credits',
    '/v1/credits/usage-stats',
    '/v1/credits/transactions',
  ]
  return [
    { path: STATIC_ROUTE, credentials: [key] },
    { path: '/api/v1/credits/balance', credentials: [await sessionTokenOf(container, person)] },
    ...paths.map((path) => ({ path, credentials: [key] })),
    { path: '/v1/credits', credentials: people.map((one) => one.key) },
    { path: organisation, credentials: [key], isRefused: true },
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
  return others.map(([read, measured]) => {
    const perSecond = percentile(measured, 0.5)
    const isAsked = read.isRefused !== true && read.credentials.length === 1
    return {
      name: `${nameOf(read)}, beside a static route`,
      measured: `${perSecond.toFixed(0)}/s`,
      beside: `${beside.toFixed(0)}/s`,
      ratio: perSecond / beside,
      target: isAsked ? `at least ${String(RATIO_MIN)} times` : null,
      isMet: isAsked ? perSecond / beside >= RATIO_MIN : null,
    }
  })
}

function nameOf({ path, credentials, isRefused }: Read): string {
  const address = path.replace(/(\/org\/)[^/]+/, '$1{slug}')
  const callers = credentials.length === 1 ? 'one caller' : `${String(credentials.length)} callers`
  const asked = isRefused ? `PUT ${address}, refused (405)` : `GET ${address}`
  return `${asked}, ${callers}, ${String(CONNECTIONS)} connections`
}
