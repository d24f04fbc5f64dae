import { describe, expect, it } from 'vitest'
import postgres from 'postgres'
import { signedEvent } from '@/lib/testing/signed-event'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { parseEvent, type InboxEvent } from './parse-event'
import { storeDelivery } from './store-delivery'

const database = useTestDatabase()
const BUDGET_MS = 7_000

function newEvent(event: Readonly<Record<string, unknown>> = {}): InboxEvent {
  const parsed = parseEvent(signedEvent({ event }).body, false)
  if (parsed === null) throw new Error('a signed event parses')
  return parsed
}

const store = (event: InboxEvent) => storeDelivery(database.db, event, BUDGET_MS)
const isStored = async (event: InboxEvent) =>
  (await database.db.sql`select from stripe_event where id = ${event.id}`).length > 0

/** Brackets, deeper than PostgreSQL reads JSON. */
function tooDeep(): InboxEvent {
  const depth = 100_000
  const event = newEvent()
  const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`
  return { ...event, payload: event.payload.replace(/}$/, `,"deep":${deep}}`) }
}

describe('storeDelivery', () => {
  it('stores every event of a burst, and tells of each whether it was new', async () => {
    const events = Array.from({ length: 200 }, () => newEvent())
    expect(await Promise.all(events.map(store))).toEqual(events.map(() => true))
    expect(await Promise.all(events.map(isStored))).toEqual(events.map(() => true))
    expect(await Promise.all(events.map(store))).toEqual(events.map(() => false))
  })

  it('calls one of two copies new that arrive together', async () => {
    const [first, event] = [newEvent(), newEvent()]
    const told = await Promise.all([store(first), store(event), store(event)])
    expect(told).toEqual([true, true, false])
  })

  it('stores those that share a call with one that the database refuses', async () => {
    const [first, refused, ...others] = [newEvent(), tooDeep(), newEvent(), newEvent()]
    const told = await Promise.allSettled([first, refused, ...others].map(store))
    expect(told.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect(await Promise.all([first, ...others].map(isStored))).toEqual([true, true, true])
    expect(await isStored(refused)).toBe(false)
  })

  it('lets nobody wait behind a call that hangs', async () => {
    const held = newEvent()
    const owner = postgres(database.ownerUrl, { max: 1 })
    await owner.begin(async (sql) => {
      await sql`
        insert into stripe_event (id, type, source, payload, stripe_created_at)
        values (${held.id}, ${held.type}, 'sweep', '{}', now())`
      const hanging = store(held)
      const next = newEvent()
      expect(await store(next)).toBe(true)
      expect(await isStored(next)).toBe(true)
      void hanging.catch(() => {})
    })
    await owner.end()
  })

  it('passes a failure of the database on to all that waited for it', async () => {
    const events = [newEvent(), newEvent(), newEvent()]
    const owner = postgres(database.ownerUrl, { max: 1 })
    await owner.begin(async (sql) => {
      await sql`lock table stripe_event in access exclusive mode`
      const told = await Promise.allSettled(events.map((event) => storeDelivery(database.db, event, 300)))
      for (const { status } of told) expect(status).toBe('rejected')
      for (const answer of told) {
        expect(answer).toMatchObject({ reason: { code: 'database_unavailable', retryAfterSeconds: 5 } })
      }
    })
    await owner.end()
  })
})
