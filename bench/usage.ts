import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { reportUsage } from '@/lib/core/usage/report-usage'
import { invariant } from '@/lib/kit/assert'
import { makeContext, type Container } from '@/lib/server/container'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { createTestDatabase } from '@/lib/testing/test-database'
import { analyze } from './analyze'
import type { BenchContext, BenchRow } from './bench'
import { driveHttp, type LoadFigures } from './drive-http'
import { startProduct } from './start-product'
import { driveRawUsage, prepareRawUsage } from './usage-raw'

const BATCH = 100
const CONNECTIONS = 8
const ACCOUNTS = 8
const ROUNDS = 3
const SECONDS = 4
const EVENTS_TARGET = 8_000
const RATIO_TARGET = 0.5
/** What each account has used before. */
const HISTORY = 20

type Caller = Readonly<{
  person: TestPerson
  numberId: string
  /** Milliseconds since the epoch; the number is held from then on at the latest. */
  openedAt: number
}>
type Figures = Readonly<{ http: readonly LoadFigures[]; raw: readonly number[] }>

/**
 * POST /api/v1/usage in batches of 100, from several accounts at once, beside raw SQL that books the same batches over as
 * many connections: see usage.sql. They take turns, so that whatever else the machine does meets both.
 */
export async function run({ server, say }: BenchContext): Promise<readonly BenchRow[]> {
  const ends: (() => Promise<unknown>)[] = []
  try {
    const database = await createTestDatabase(server)
    ends.push(() => database.drop())
    say('building and starting the app')
    const { container, appUrl } = await startProduct(server, database, ends)
    const callers = await openAccounts(container)
    const raw = await prepareRawUsage(database, ACCOUNTS)
    ends.push(() => raw.end())
    await analyze(database)
    return rowsOf(await measure(container, appUrl, callers, raw, say))
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

/** Accounts with a deposit, a number and some history. */
async function openAccounts(container: Container): Promise<readonly Caller[]> {
  const callers: Caller[] = []
  for (let index = 0; index < ACCOUNTS; index++) {
    const person = await addPerson(container)
    const ctx = await makeContext(container, person.actor, 'req_bench')
    const { accountId } = person.actor
    const { sql } = container.databases.app
    await sql`select ledger.grant_credit(${accountId}, 'deposit_manual', 'bench', 'purchased', 0, 0, 900000000000, null, now(), now())`
    const [held] = await sql<{ id: string }[]>`select id from phone_number where account_id = ${accountId}`
    invariant(held !== undefined, 'everybody has a number from the start')
    const caller = { person, numberId: held.id, openedAt: Date.now() }
    callers.push(caller)
    for (let batch = 0; batch < HISTORY; batch++) {
      const reports = batchOf(caller).map((event) => ({
        ...event,
        number: null,
        occurredAt: new Date(event.occurredAt),
      }))
      await reportUsage(ctx, reports)
    }
  }
  return callers
}

/** A hundred calls of the last second, as far as the number was held then, in no order. */
function batchOf({ numberId, openedAt }: Caller) {
  const now = Date.now()
  const spreadMs = Math.min(1_000, now - openedAt)
  const batch = randomUUID()
  return Array.from({ length: BATCH }, (_, index) => ({
    id: `${batch}-${String(index)}`,
    numberId,
    kind: 'call' as const,
    quantity: 1 + ((index * 37) % 600),
    destination: '+12125550142',
    occurredAt: new Date(now - Math.floor(Math.random() * spreadMs)).toISOString(),
  }))
}

async function measure(
  container: Container,
  appUrl: string,
  callers: readonly Caller[],
  raw: postgres.Sql,
  say: (text: string) => void,
): Promise<Figures> {
  const http: LoadFigures[] = []
  const rawRates: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const before = await countBooked(container)
    const figures = await drive(appUrl, callers)
    const booked = (await countBooked(container)) - before
    invariant(
      booked === figures.requests * BATCH,
      `${String(figures.requests)} batches booked ${String(booked)}`,
    )
    const rate = await driveRawUsage(raw, { accounts: ACCOUNTS, connections: CONNECTIONS, seconds: SECONDS })
    // The first round only warms up: connections, plans, pages.
    if (round > 0) http.push(figures)
    if (round > 0) rawRates.push(rate)
    say(
      `round ${String(round)} of ${String(ROUNDS)}: ${(figures.perSecond * BATCH).toFixed(0)}/s, raw ${rate.toFixed(0)}/s`,
    )
  }
  return { http, raw: rawRates }
}

function drive(appUrl: string, callers: readonly Caller[]): Promise<LoadFigures> {
  let turn = 0
  return driveHttp({
    url: `${appUrl}/api/v1/usage`,
    connections: CONNECTIONS,
    seconds: SECONDS,
    next: () => {
      const caller = callers[(turn += 1) % callers.length]
      invariant(caller !== undefined, 'there are callers')
      return {
        headers: { authorization: `Bearer ${caller.person.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ events: batchOf(caller) }),
      }
    },
    // Counted and not parsed: the load shares its cores with what it measures.
    check: (body) => {
      invariant(body.split('"status":"recorded"').length - 1 === BATCH, 'every event is recorded')
    },
  })
}

/** Postings of usage: what was really debited. */
async function countBooked(container: Container): Promise<number> {
  const [row] = await container.databases.app.sql<{ n: number }[]>`
    select count(*)::int as n from usage_event join ledger.posting as p
      on p.account_id = usage_event.account_id and p.id = posting_id`
  return row?.n ?? 0
}

function rowsOf({ http, raw }: Figures): readonly BenchRow[] {
  const best = [...http].sort((a, b) => b.perSecond - a.perSecond)
  const middle = best[Math.floor(best.length / 2)]
  invariant(middle !== undefined, 'at least one round was measured')
  const rate = middle.perSecond * BATCH
  const rawRate = raw.toSorted((a, b) => b - a)[Math.floor(raw.length / 2)] ?? Number.NaN
  const measured = `${rate.toFixed(0)} events/s, p50 ${middle.p50Ms.toFixed(0)} ms, p99 ${middle.p99Ms.toFixed(0)} ms`
  const name = `POST /api/v1/usage, batches of ${String(BATCH)}, ${String(CONNECTIONS)} connections`
  return [
    {
      name,
      measured,
      beside: null,
      ratio: null,
      target: `at least ${EVENTS_TARGET.toLocaleString('en')} events/s`,
      isMet: rate >= EVENTS_TARGET,
    },
    {
      name: `${name}, beside raw SQL`,
      measured: `${rate.toFixed(0)} events/s`,
      beside: `raw ${rawRate.toFixed(0)} events/s`,
      ratio: rate / rawRate,
      target: `at least ${String(RATIO_TARGET)} of raw`,
      isMet: rate / rawRate >= RATIO_TARGET,
    },
  ]
}
