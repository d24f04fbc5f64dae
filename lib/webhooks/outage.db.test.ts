import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { callDatabase } from '@/lib/db/call'
import { openDatabase, type Database } from '@/lib/db/client'
import { migrateDatabase } from '@/lib/db/migrate'
import { ensureCluster, SUPERUSER, type Cluster } from '@/lib/dev/postgres/cluster'
import { APP_ROLE, ensureDatabase, ensureRoles, OWNER_ROLE } from '@/lib/dev/postgres/databases'
import { BillingError } from '@/lib/kit/errors'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { repetitions } from '@/lib/testing/repetitions'
import { signedEvent } from '@/lib/testing/signed-event'
import { startTcpProxy, type TcpProxy } from '@/lib/testing/start-tcp-proxy'
import { parseEvent, type InboxEvent } from './parse-event'
import { storeEvents } from './store-events'

/** A PostgreSQL of this suite's own, since others must not feel it die. */
let folder: string
let cluster: Cluster
let wire: TcpProxy
let db: Database
let accountId: bigint
const LANES = 8
const ANSWER_MS_MAX = 10_000

const start = async () => {
  cluster = await ensureCluster(folder)
}
const url = (role: string) => cluster.url(role, 'talktime')

beforeAll(async () => {
  const data = path.resolve('.data')
  mkdirSync(data, { recursive: true })
  folder = mkdtempSync(path.join(data, 'outage-'))
  await start()
  await ensureRoles(cluster)
  await ensureDatabase(cluster, 'talktime')
  await migrateDatabase(url(OWNER_ROLE))
  wire = await startTcpProxy(cluster.port)
})
beforeEach(async () => {
  const address = new URL(url(APP_ROLE))
  address.port = String(wire.port)
  db = openDatabase(address.href, { poolSize: 4, applicationName: 'talktime-test' })
  accountId = (await openTestAccount(db)).accountId
})
afterEach(async () => {
  await wire.setMode('pass')
  await db.close()
  const sql = postgres(url(SUPERUSER), { max: 1, onnotice: () => {} })
  expect(await sql`select * from ledger.violations`).toEqual([])
  await sql.end()
})
afterAll(async () => {
  await wire.close()
  await cluster.stop()
  rmSync(folder, { recursive: true, force: true })
})

function newEvent(): InboxEvent {
  const event = parseEvent(signedEvent().body, false)
  if (event === null) throw new Error('a signed event parses')
  return event
}

const storedEvents = async (): Promise<ReadonlySet<string>> =>
  new Set((await db.sql<{ id: string }[]>`select id from stripe_event`).map((row) => row.id))
const storedPostings = async (): Promise<readonly string[]> =>
  (
    await db.sql<{ reference: string }[]>`
    select reference from ledger.posting where account_id = ${accountId} and code = 'deposit_card'`
  ).map((row) => row.reference)

/** Books one deposit the way a settlement does: one call that repeats itself under its own reference. */
async function deposit(reference: string): Promise<void> {
  const now = new Date()
  await callDatabase(
    db,
    (sql) => sql`
      select ledger.grant_credit(${accountId}, 'deposit_card', ${reference}, 'purchased', 0, 10000, 0, null, ${now}, ${now})`,
  )
}

type Tally = { acked: string[]; unknown: string[]; slowestMs: number; stopped: boolean }

/** Stores events and books deposits from eight lanes until `trouble` is over; every call is timed and accounted for. */
async function underLoad(
  trouble: () => Promise<void>,
): Promise<Readonly<{ events: Tally; deposits: Tally }>> {
  const events: Tally = { acked: [], unknown: [], slowestMs: 0, stopped: false }
  const deposits: Tally = { acked: [], unknown: [], slowestMs: 0, stopped: false }
  const count = async (tally: Tally, id: string, call: () => Promise<unknown>): Promise<void> => {
    const startedAt = Date.now()
    try {
      await call()
      tally.acked.push(id)
    } catch (error) {
      expect(error).toBeInstanceOf(BillingError)
      tally.unknown.push(id)
    }
    tally.slowestMs = Math.max(tally.slowestMs, Date.now() - startedAt)
  }
  const lane = async (number: number): Promise<void> => {
    for (let serial = 0; !events.stopped; serial++) {
      const event = newEvent()
      await count(events, event.id, () => storeEvents(db, 'webhook', [event]))
      const reference = `in_${event.id}_${String(number)}_${String(serial)}`
      await count(deposits, reference, () => deposit(reference))
    }
  }
  const lanes = Array.from({ length: LANES }, (_, number) => lane(number))
  await trouble()
  events.stopped = true
  await Promise.all(lanes)
  return { events, deposits }
}

async function expectAckedStored({ events, deposits }: Awaited<ReturnType<typeof underLoad>>): Promise<void> {
  expect(events.acked.length).toBeGreaterThan(0)
  const stored = await storedEvents()
  expect(events.acked.filter((id) => !stored.has(id))).toEqual([])
  const postings = await storedPostings()
  expect(new Set(postings).size).toBe(postings.length)
  expect(deposits.acked.filter((reference) => !postings.includes(reference))).toEqual([])
  expect(Math.max(events.slowestMs, deposits.slowestMs)).toBeLessThan(ANSWER_MS_MAX)
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe('PostgreSQL', () => {
  it('dying and recovering under load: what was acknowledged is stored, and every call is answered', async () => {
    const outcome = await underLoad(async () => {
      for (let round = 0; round < repetitions({ usual: 2, long: 25 }); round++) {
        await pause(400 + ((round * 251) % 500))
        await cluster.crash()
        await start()
      }
      await pause(300)
    })
    await expectAckedStored(outcome)
  })

  it('losing backends at random: no call hangs, and nothing is half written', async () => {
    const superuser = postgres(url(SUPERUSER), { max: 1, onnotice: () => {} })
    const outcome = await underLoad(async () => {
      const until = Date.now() + repetitions({ usual: 2_000, long: 60_000 })
      while (Date.now() < until) {
        await superuser`
          select pg_terminate_backend(pid) from pg_stat_activity
           where application_name = 'talktime-test' order by random() limit 1`
        await pause(20)
      }
    })
    await superuser.end()
    await expectAckedStored(outcome)
  })

  it('gone right after it committed: the repeat finds it done', async () => {
    for (let round = 0; round < repetitions({ usual: 3, long: 50 }); round++) {
      // Every connection of the pool is open, so that what goes out next is the statement itself.
      await Promise.all(Array.from({ length: 8 }, () => db.sql`select pg_sleep(0.01)`))
      const lost = wire.answersLost()
      const event = newEvent()
      await wire.setMode('lose-answers')
      const storing = storeEvents(db, 'webhook', [event])
      const booking = deposit(`in_${event.id}`)
      await expect.poll(() => wire.answersLost(), { interval: 5 }).toBeGreaterThan(lost + 1)
      await wire.setMode('pass')
      await Promise.all([storing, booking])
      expect((await storedEvents()).has(event.id)).toBe(true)
      expect((await storedPostings()).filter((reference) => reference === `in_${event.id}`)).toHaveLength(1)
    }
  })

  it('silent: the call is given up, its pool is replaced, and the next calls go through', async () => {
    await db.sql`select 1`
    await wire.setMode('stall')
    const event = newEvent()
    const storing = storeEvents(db, 'webhook', [event])
    await pause(500)
    wire.cut()
    await wire.setMode('pass')
    await storing
    expect((await storedEvents()).has(event.id)).toBe(true)
  })

  it('down: every call says so in time', async () => {
    await wire.setMode('refuse')
    const startedAt = Date.now()
    await expect(storeEvents(db, 'webhook', [newEvent()], 7_000)).rejects.toMatchObject({
      code: 'database_unavailable',
      retryAfterSeconds: 5,
    })
    expect(Date.now() - startedAt).toBeLessThan(ANSWER_MS_MAX)
  })

  it('read-only: every call says so at once', async () => {
    const superuser = postgres(url(SUPERUSER), { max: 1, onnotice: () => {} })
    await superuser`alter database talktime set default_transaction_read_only = on`
    wire.cut()
    await expect(storeEvents(db, 'webhook', [newEvent()])).rejects.toMatchObject({
      code: 'database_unavailable',
    })
    await superuser`set default_transaction_read_only = off`
    await superuser`alter database talktime reset default_transaction_read_only`
    await superuser.end()
    wire.cut()
  })
})
