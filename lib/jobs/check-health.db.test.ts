import { beforeEach, describe, expect, it } from 'vitest'
import pino from 'pino'
import { openDatabase } from '@/lib/db/client'
import { signedEvent } from '@/lib/testing/signed-event'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { parseEvent } from '@/lib/webhooks/parse-event'
import { storeEvents } from '@/lib/webhooks/store-events'
import { checkHealth } from './check-health'

const database = useTestDatabase()
const log = pino({ level: 'silent' })
const check = () => checkHealth({ databases: { app: database.db, readOnly: database.db }, log })

beforeEach(async () => {
  await database.db.sql`delete from stripe_event`
  await database.db.sql`delete from worker_heartbeat`
  await database.db.sql`delete from recurring_job`
  await database.db.sql`insert into worker_heartbeat values ('w', clock_timestamp(), clock_timestamp())`
})

async function storeOne(): Promise<void> {
  const event = parseEvent(signedEvent().body, false)
  if (event !== null) await storeEvents(database.db, 'webhook', [event])
}

describe('checkHealth', () => {
  it('is well with a living worker and an empty inbox', async () => {
    expect(await check()).toMatchObject({
      status: 'ok',
      worker: 'ok',
      lastEventAgeSeconds: null,
      needStaff: 0,
    })
  })

  it('fails without a heartbeat for 30 seconds', async () => {
    await database.db.sql`update worker_heartbeat set beat_at = clock_timestamp() - interval '31 seconds'`
    expect(await check()).toMatchObject({ status: 'failing', worker: 'missing', workerAgeSeconds: 31 })
    await database.db.sql`delete from worker_heartbeat`
    expect(await check()).toMatchObject({ status: 'failing', worker: 'missing', workerAgeSeconds: null })
  })

  it('fails when events wait for minutes', async () => {
    await storeOne()
    expect(await check()).toMatchObject({ status: 'ok', lastEventAgeSeconds: 0 })
    await database.db.sql`
      update stripe_event
         set received_at = clock_timestamp() - interval '301 seconds', due_at = clock_timestamp() + interval '5 seconds'`
    expect(await check()).toMatchObject({ status: 'failing', longestWaitSeconds: 301 })
  })

  it.each([
    ['sweep-events', 2, 'ok'],
    ['sweep-events', 3, 'failing'],
    ['check-books', 1, 'failing'],
    ['clean-up', 9, 'ok'],
  ])('with %s failed %i times is %s', async (name, failures, status) => {
    await database.db.sql`insert into recurring_job (name, failures) values (${name}, ${failures})`
    expect(await check()).toMatchObject({ status, failingJobs: [name] })
  })

  it('counts what waits for staff', async () => {
    await storeOne()
    await database.db.sql`update stripe_event set state = 'quarantined'`
    expect(await check()).toMatchObject({ status: 'ok', needStaff: 1 })
  })

  it('says that the database is unreachable, and nothing of where it is', async () => {
    const app = openDatabase('postgres://talktime_app:secret@127.0.0.1:9/nowhere', {
      poolSize: 1,
      applicationName: 'talktime-test',
    })
    const health = await checkHealth({ databases: { app, readOnly: app }, log })
    expect(health).toMatchObject({ status: 'failing', database: 'unreachable' })
    expect(JSON.stringify(health)).not.toMatch(/secret|127|postgres/)
    await app.close()
  })
})
