import { Agent, request } from 'node:http'
import { performance } from 'node:perf_hooks'
import { checkInvariants } from '@/lib/core/invariants/check-invariants'
import type { Container } from '@/lib/server/container'
import { sign, signedEvent, type Delivery } from '@/lib/testing/signed-event'
import { openStackContainer } from '@/lib/testing/stack-container'
import { startStack, type Stack } from '@/lib/testing/start-stack'
import type { BenchContext, BenchRow } from './bench'
import { preparePaidInvoices } from './webhooks-prepare'

const CONNECTIONS = 16
const LIMIT_SECONDS = 3
/** As fast as they are taken: what the product can sustain. */
const FLOOD_EVENTS = 3_000
/** At a steady pace, each counted from the moment it was due: how long a delivery waits for its answer. */
const STEADY_PER_SECOND = 200
const STEADY_EVENTS = 1_000
/** Far above what one process can ask: the limiter stays in the path and never makes anyone wait. */
const CALLS_PER_SECOND = 100_000

/** Counting postings is work too, on the same cores. */
const BOOKED_POLL_MS = 100

const CREDITED_PER_SECOND_TARGET = 150
const INTAKE_P99_MS_TARGET = 250

type WebhookFigures = Readonly<{
  staticPerSecond: number
  takenPerSecond: number
  creditedPerSecond: number
  /** Credited events a second for each request a second that the server's static route answers. */
  ratioToStatic: number
  intakeMs: Readonly<{ p50: number; p99: number }>
  /** From stored to booked, at the steady pace. */
  creditMs: Readonly<{ p50: number; p99: number }>
}>

/**
 * Events credited a second, from signed delivery to booked: one app, one worker and the local Stripe, each a process of
 * its own on this machine, every event about another payment whose invoice is read again. The machine's cores are shared
 * by all of it: the app, the worker and their PostgreSQL, which are the product, but also the local Stripe with its
 * own tables and this driver, which in real life compute elsewhere. All figures are with that load.
 */
export async function run({ server, say }: BenchContext): Promise<readonly BenchRow[]> {
  say('building and starting the product')
  const stack = await startStack(server, {
    wires: false,
    environment: {
      STRIPE_CALLS_PER_SECOND: String(CALLS_PER_SECOND),
      LOG_LEVEL: 'error',
      // Real time, as wherever no local Stripe keeps the clock.
      CLOCK_URL: '',
    },
  })
  const container = openStackContainer(stack)
  try {
    say('paying invoices, then delivering their events')
    return rowsOf(await measure(stack, container))
  } finally {
    await container.close()
    await stack.stop()
  }
}

async function measure(stack: Stack, container: Container): Promise<WebhookFigures> {
  const invoices = await preparePaidInvoices(stack, container, FLOOD_EVENTS + STEADY_EVENTS + 200)
  const deliveries = invoices.map((object) => signedEvent({ object, secret: stack.webhookSecret }))
  const wire = openWire(stack.appUrl)
  await flood(wire, deliveries.splice(0, 200))
  await untilBooked(container, 200)

  const staticPerSecond = await measureStatic(wire)
  const flooded = await flood(wire, resign(deliveries.splice(0, FLOOD_EVENTS), stack))
  const booked = await untilBooked(container, 200 + FLOOD_EVENTS)
  const creditedPerSecond = FLOOD_EVENTS / ((booked - flooded.startedAt) / 1000)

  const from = new Date()
  const latencies = await pace(wire, resign(deliveries, stack))
  await untilBooked(container, 200 + FLOOD_EVENTS + STEADY_EVENTS)
  await requireRightBooks(container, 200 + FLOOD_EVENTS + STEADY_EVENTS)
  wire.close()
  return {
    staticPerSecond,
    takenPerSecond: FLOOD_EVENTS / (flooded.ms / 1000),
    creditedPerSecond,
    ratioToStatic: creditedPerSecond / staticPerSecond,
    intakeMs: percentiles(latencies),
    creditMs: percentiles(await creditDelays(container, from)),
  }
}

type Wire = Readonly<{ send(path: string, delivery: Delivery | null): Promise<void>; close(): void }>

function openWire(appUrl: string): Wire {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  const send = (path: string, delivery: Delivery | null): Promise<void> =>
    new Promise((resolve, reject) => {
      const headers =
        delivery === null
          ? {}
          : { 'stripe-signature': delivery.header, 'content-length': Buffer.byteLength(delivery.body) }
      const call = request(new URL(path, appUrl), {
        agent,
        method: delivery === null ? 'GET' : 'POST',
        headers,
      })
      call.on('error', reject)
      call.on('response', (response) => {
        response.resume()
        response.on('end', () => {
          if (response.statusCode === 200) resolve()
          else reject(new Error(`${path} answers ${String(response.statusCode)}`))
        })
      })
      call.end(delivery?.body)
    })
  return { send, close: () => agent.destroy() }
}

/** Signatures age: what was prepared long ago is signed again. */
function resign(deliveries: readonly Delivery[], stack: Stack): readonly Delivery[] {
  return deliveries.map(({ id, body }) => ({ id, body, header: sign(body, { secret: stack.webhookSecret }) }))
}

async function measureStatic(wire: Wire): Promise<number> {
  const until = performance.now() + LIMIT_SECONDS * 1000
  let answered = 0
  const lane = async (): Promise<void> => {
    while (performance.now() < until) {
      await wire.send('/api/health/live', null)
      answered++
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, lane))
  return answered / LIMIT_SECONDS
}

async function flood(
  wire: Wire,
  deliveries: readonly Delivery[],
): Promise<{ startedAt: number; ms: number }> {
  const waiting = [...deliveries]
  const startedAt = performance.now()
  const lane = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      await wire.send('/api/stripe/webhook', next)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, lane))
  return { startedAt, ms: performance.now() - startedAt }
}

/** Sends each at its time, whatever became of the others; answers with how long each took from that time on. */
async function pace(wire: Wire, deliveries: readonly Delivery[]): Promise<readonly number[]> {
  const startedAt = performance.now()
  return Promise.all(
    deliveries.map(async (delivery, index) => {
      const due = startedAt + (index * 1000) / STEADY_PER_SECOND
      await new Promise((resolve) => setTimeout(resolve, due - performance.now()))
      await wire.send('/api/stripe/webhook', delivery)
      return performance.now() - due
    }),
  )
}

async function untilBooked(container: Container, count: number): Promise<number> {
  const { sql } = container.databases.app
  const deadline = Date.now() + 120_000
  for (;;) {
    const [row] = await sql<{ booked: number }[]>`
      select count(*)::int as booked from ledger.posting where code = 'deposit_card' and reference like 'in\\_bench%'`
    if (row !== undefined && row.booked >= count) return performance.now()
    if (Date.now() > deadline) throw new Error(`Only ${String(row?.booked)} of ${String(count)} were booked.`)
    await new Promise((resolve) => setTimeout(resolve, BOOKED_POLL_MS))
  }
}

async function creditDelays(container: Container, from: Date): Promise<readonly number[]> {
  const rows = await container.databases.app.sql<{ ms: number }[]>`
    select extract(epoch from done_at - received_at)::float8 * 1000 as ms from stripe_event
     where received_at >= ${from} and state = 'done'`
  return rows.map((row) => row.ms)
}

async function requireRightBooks(container: Container, count: number): Promise<void> {
  const { sql } = container.databases.app
  const [row] = await sql<{ deposits: number; done: number }[]>`
    select (select count(*) from ledger.posting where reference like 'in\\_bench%')::int as deposits,
           (select count(*) from stripe_event where state = 'done' and subject like 'invoice:in\\_bench%')::int as done`
  const violations = await checkInvariants(sql)
  if (row?.deposits !== count || row.done !== count || violations.length > 0) {
    throw new Error(`The books are wrong: ${JSON.stringify({ row, violations: violations.length })}`)
  }
}

function percentiles(samples: readonly number[]): { p50: number; p99: number } {
  const sorted = samples.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
  return { p50: at(0.5), p99: at(0.99) }
}

function rowsOf(figures: WebhookFigures): readonly BenchRow[] {
  const { creditedPerSecond, takenPerSecond, staticPerSecond, ratioToStatic, intakeMs, creditMs } = figures
  const steady = `${String(STEADY_PER_SECOND)} events/s`
  return [
    {
      name: 'webhook events from signed delivery to booked, beside requests of a static route',
      measured: `${creditedPerSecond.toFixed(0)}/s booked, ${takenPerSecond.toFixed(0)}/s taken in`,
      beside: `${staticPerSecond.toFixed(0)}/s`,
      ratio: ratioToStatic,
      target: `at least ${String(CREDITED_PER_SECOND_TARGET)}/s`,
      isMet: creditedPerSecond >= CREDITED_PER_SECOND_TARGET,
    },
    {
      name: `webhook intake at ${steady}`,
      measured: `p50 ${intakeMs.p50.toFixed(0)} ms, p99 ${intakeMs.p99.toFixed(0)} ms`,
      beside: null,
      ratio: null,
      target: `p99 under ${String(INTAKE_P99_MS_TARGET)} ms`,
      isMet: intakeMs.p99 < INTAKE_P99_MS_TARGET,
    },
    {
      name: `webhook from stored to booked at ${steady}`,
      measured: `p50 ${creditMs.p50.toFixed(0)} ms, p99 ${creditMs.p99.toFixed(0)} ms`,
      beside: null,
      ratio: null,
      target: null,
      isMet: null,
    },
  ]
}
