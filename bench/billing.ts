import { performance } from 'node:perf_hooks'
import { startCreditsCheckout } from '@/lib/core/top-ups/start-credits-checkout'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { billingResponse } from '@/lib/dialects/dial/contract'
import { invariant } from '@/lib/kit/assert'
import { usd } from '@/lib/kit/money'
import { makeContext, type Container } from '@/lib/server/container'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { TEST_SECRETS } from '@/lib/testing/start-stack'
import { createTestDatabase } from '@/lib/testing/test-database'
import type { TestServer } from '@/lib/testing/test-server'
import { analyze } from './analyze'
import type { BenchContext, BenchRow } from './bench'
import { driveHttp, percentile, type LoadFigures } from './drive-http'
import { startProduct } from './start-product'

const CONNECTIONS = 16
const SECONDS = 6
const STRIPE_LATENCY_MS = 150
const MS_TARGET = 15

type BillingFigures = Readonly<{
  staticRoute: LoadFigures
  billing: LoadFigures
  /** With the local Stripe answering after `STRIPE_LATENCY_MS`, by number of connections. */
  delayed: readonly Readonly<{ connections: number; p50Ms: number; stripeP50Ms: number; addedMs: number }>[]
}>

type Bench = Readonly<{ appUrl: string; stripeUrl: string; container: Container; person: TestPerson }>

/** GET /api/v1/billing beside a static route of the same server, and what it adds to the slowest of its Stripe calls. Stripe's limiter is raised. */
export async function run({ server, say }: BenchContext): Promise<readonly BenchRow[]> {
  const ends: (() => Promise<unknown>)[] = []
  try {
    say('building and starting the app')
    const bench = await prepare(server, ends)
    say('measuring')
    return rowsOf(await measure(bench))
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

/** An account with a saved card, a deposit and usage, in the built app; no worker runs. */
async function prepare(server: TestServer, ends: (() => Promise<unknown>)[]): Promise<Bench> {
  const database = await createTestDatabase(server)
  ends.push(() => database.drop())
  const { container, stripeUrl, appUrl } = await startProduct(server, database, ends)
  const person = await addPerson(container)
  await fillAccount(container, person, stripeUrl)
  await analyze(database)
  return { appUrl, stripeUrl, container, person }
}

async function fillAccount(container: Container, { actor }: TestPerson, stripeUrl: string): Promise<void> {
  const ctx = await makeContext(container, actor, 'req_bench')
  const now = ctx.now().getTime()
  await recordUsage(
    ctx,
    Array.from({ length: 500 }, (_, index) => ({
      id: `usage-${String(index)}`,
      numberId: null,
      fareName: 'Outbound call',
      billedQuantity: 1,
      amount: usd(4_200n),
      occurredAt: new Date(now - index * 60_000),
    })),
  )
  const { clientSecret } = await startCreditsCheckout(ctx, { returnUrl: null, idempotencyKey: null })
  const card = {
    kind: 'new-card',
    number: '4242424242424242',
    expMonth: 12,
    expYear: 2040,
    cvc: '123',
    name: 'A',
    save: true,
  }
  const sessionId = clientSecret.split('_secret_', 1)[0] ?? ''
  await control(stripeUrl, 'POST', `checkout/${sessionId}/submit`, { amountCents: 2_500, source: card })
}

async function measure(bench: Bench): Promise<BillingFigures> {
  const headers = { authorization: `Bearer ${bench.person.key}` }
  const billingUrl = `${bench.appUrl}/api/v1/billing`
  await requireWholeAnswer(billingUrl, headers)
  const drive = async (url: string, connections = CONNECTIONS) => {
    await driveHttp({ url, headers, connections, seconds: 2 })
    return driveHttp({ url, headers, connections, seconds: SECONDS })
  }
  const staticRoute = await drive(`${bench.appUrl}/api/health/live`)
  const billing = await drive(billingUrl)
  await control(bench.stripeUrl, 'POST', 'faults', { latencyMs: STRIPE_LATENCY_MS })
  const delayed = []
  for (const connections of [1, 8]) {
    const { p50Ms } = await drive(billingUrl, connections)
    const stripeP50Ms = await slowestStripeCall(bench, connections)
    delayed.push({ connections, p50Ms, stripeP50Ms, addedMs: p50Ms - stripeP50Ms })
  }
  return { staticRoute, billing, delayed }
}

async function requireWholeAnswer(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const shown = billingResponse.parse(await (await fetch(url, { headers })).json())
  invariant(shown.paymentMethods.length === 1, 'the benched account has a saved card')
  invariant(shown.recentUsage.length === 20, 'the benched account has a history')
}

/** The same calls that the endpoint makes, at once and as often, without the endpoint: the median of the slower one. */
async function slowestStripeCall(
  { container, stripeUrl, person }: Bench,
  connections: number,
): Promise<number> {
  const [row] = await container.databases.app.sql<{ id: string }[]>`
    select stripe_customer_id as id from account where id = ${person.actor.accountId}`
  const headers = { authorization: `Bearer ${TEST_SECRETS.stripeSecretKey}` }
  const customer = row?.id ?? ''
  const urls = [`/v1/payment_methods?customer=${customer}&limit=100`, `/v1/customers/${customer}`]
  const timed = async (path: string) => {
    const before = performance.now()
    await (await fetch(`${stripeUrl}${path}`, { headers })).arrayBuffer()
    return performance.now() - before
  }
  const slowest: number[] = []
  const loop = async (): Promise<void> => {
    for (let turn = 0; turn < 25; turn++) slowest.push(Math.max(...(await Promise.all(urls.map(timed)))))
  }
  await Promise.all(Array.from({ length: connections }, loop))
  return percentile(slowest, 0.5)
}

async function control(stripeUrl: string, method: string, path: string, body: object): Promise<void> {
  const response = await fetch(`${stripeUrl}/_emulator/${path}`, { method, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`The local Stripe answers ${String(response.status)} to ${path}.`)
}

function rowsOf({ staticRoute, billing, delayed }: BillingFigures): readonly BenchRow[] {
  const describe = (figures: LoadFigures) =>
    `${figures.perSecond.toFixed(0)}/s, p50 ${figures.p50Ms.toFixed(1)} ms, p99 ${figures.p99Ms.toFixed(1)} ms`
  const throughput: BenchRow = {
    name: `GET /api/v1/billing, ${String(CONNECTIONS)} connections, beside a static route`,
    measured: describe(billing),
    beside: describe(staticRoute),
    ratio: billing.perSecond / staticRoute.perSecond,
    target: null,
    isMet: null,
  }
  const added = delayed.map(({ connections, p50Ms, stripeP50Ms, addedMs }) => ({
    name: `GET /api/v1/billing, ${String(connections)} connections, beside its slowest Stripe call (${String(STRIPE_LATENCY_MS)} ms)`,
    measured: `p50 ${p50Ms.toFixed(1)} ms`,
    beside: `p50 ${stripeP50Ms.toFixed(1)} ms`,
    ratio: p50Ms / stripeP50Ms,
    target: `adds at most ${String(MS_TARGET)} ms: ${addedMs.toFixed(1)} ms`,
    isMet: addedMs <= MS_TARGET,
  }))
  return [throughput, ...added]
}
