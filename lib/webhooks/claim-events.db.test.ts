import { beforeEach, describe, expect, it } from 'vitest'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { claimEvents, extendLeases, LEASE_SECONDS, returnEvents } from './claim-events'
import { FAILURES_MAX, failEvents, finishEvents, postponeEvents } from './finish-events'
import { parseEvent } from './parse-event'
import { storeEvents } from './store-events'
import { signedEvent } from '@/lib/testing/signed-event'

const database = useTestDatabase()

beforeEach(async () => {
  await database.db.sql`delete from stripe_event`
})

async function store(count: number): Promise<readonly string[]> {
  const events = Array.from({ length: count }, () => parseEvent(signedEvent().body, false)).flatMap(
    (event) => event ?? [],
  )
  expect((await storeEvents(database.db, 'sweep', events)).size).toBe(count)
  return events.map((event) => event.id).sort()
}

const claim = async (limit = 100): Promise<readonly string[]> =>
  (await claimEvents(database.db, limit)).map((event) => event.id).sort()

/** What waiting would do. */
const passTime = () =>
  database.db.sql`update stripe_event set due_at = clock_timestamp() - interval '1 second'`

const rows = () =>
  database.db.sql<
    {
      id: string
      state: string
      attempts: number
      failures: number
      reason: string | null
      seconds: number
    }[]
  >`
    select id, state, attempts, failures, reason, extract(epoch from due_at - clock_timestamp())::float8 as seconds
      from stripe_event order by id`

describe('the inbox', () => {
  it('hands every event to one worker only, however many ask at once', async () => {
    const stored = await store(200)
    const claimed = await Promise.all(Array.from({ length: 10 }, () => claim(25)))
    expect(claimed.flat().sort()).toEqual(stored)
    expect(await claim()).toEqual([])
  })

  it('hands an event out again when its lease is over, and not before', async () => {
    const stored = await store(1)
    expect(await claim()).toEqual(stored)
    const [held] = await rows()
    expect(held?.seconds).toBeGreaterThan(LEASE_SECONDS - 5)
    expect(held?.seconds).toBeLessThanOrEqual(LEASE_SECONDS)
    await passTime()
    expect(await claim()).toEqual(stored)
    expect(await rows()).toMatchObject([{ attempts: 2 }])
  })

  it('keeps an event whose lease is extended', async () => {
    const stored = await store(1)
    await claim()
    await passTime()
    await extendLeases(database.db, stored)
    expect(await claim()).toEqual([])
  })

  it('hands a returned event out at once, untried', async () => {
    const stored = await store(1)
    await claim()
    await returnEvents(database.db, stored)
    expect(await claim()).toEqual(stored)
    expect(await rows()).toMatchObject([{ attempts: 1 }])
  })

  it('puts a failing event off for longer each time, and gives it up at the tenth', async () => {
    const stored = await store(1)
    const waits: number[] = []
    for (let attempt = 1; attempt <= FAILURES_MAX; attempt++) {
      expect(await claim()).toEqual(stored)
      const dead = await failEvents(database.db, stored, 'poison')
      expect(dead).toEqual(attempt === FAILURES_MAX ? stored : [])
      const [row] = await rows()
      waits.push(row?.seconds ?? 0)
      await passTime()
    }
    waits.slice(0, -1).forEach((seconds, index) => {
      const nominal = Math.min(600, 2 ** (index + 1))
      expect(seconds).toBeGreaterThan(nominal * 0.5 - 1)
      expect(seconds).toBeLessThan(nominal * 1.5 + 1)
    })
    expect(await claim()).toEqual([])
    expect(await rows()).toMatchObject([{ state: 'dead', reason: 'poison', failures: FAILURES_MAX }])
  })

  it('never gives up an event for an outage', async () => {
    const stored = await store(1)
    for (let attempt = 0; attempt < FAILURES_MAX * 2; attempt++) {
      expect(await claim()).toEqual(stored)
      await postponeEvents(database.db, stored, 'stripe is down')
      await passTime()
    }
    expect(await rows()).toMatchObject([{ state: 'failed', attempts: 0 }])
  })

  it('leaves what has ended as it ended', async () => {
    const stored = await store(1)
    await claim()
    await finishEvents(database.db, stored, 'done', null)
    await failEvents(database.db, stored, 'late')
    await postponeEvents(database.db, stored, 'late')
    await returnEvents(database.db, stored)
    await extendLeases(database.db, stored)
    await finishEvents(database.db, stored, 'quarantined', 'late')
    expect(await rows()).toMatchObject([{ state: 'done', reason: null }])
    expect(await claim()).toEqual([])
  })

  it('wakes whoever listens, once something new is there', async () => {
    const woken: string[] = []
    const listener = await database.db.sql.listen('stripe_event', (payload) => void woken.push(payload))
    await store(1)
    await expect.poll(() => woken.length).toBe(1)
    await listener.unlisten()
  })
})
