import type { InboxFilter } from '@/lib/core/console/inbox-filters'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { STAFF_SCOPES, type StaffScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { drainInbox } from '@/lib/jobs/drain-jobs'
import { makeContext } from '@/lib/server/container'
import { eventsOf, receive } from '@/lib/testing/inbox'
import { signedEvent } from '@/lib/testing/signed-event'
import { useTestContainer } from '@/lib/testing/test-container'
import { openCustomer, readBooks, startTopUp } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { parseEvent } from '../parse-event'
import { storeEvents } from '../store-events'
import { findInboxEvent } from './find-inbox-event'
import { getInboxHealth } from './get-inbox-health'
import { listInbox } from './list-inbox'
import { replayEvents } from './replay-events'
import { addStaff } from '@/lib/testing/staff'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

let staffId: string

beforeAll(async () => {
  staffId = (await addStaff(database.db)).userId
})
beforeEach(async () => {
  await database.db.sql`delete from stripe_event`
})

const staff = (scopes: readonly StaffScope[] = STAFF_SCOPES): Promise<Context> =>
  makeContext(container(), { kind: 'staff', userId: staffId, scopes }, 'req_test')

/** Events of the inbox's own making, in this state; each was received a second after the one before. */
async function store(ids: readonly string[], state = 'done', reason: string | null = null): Promise<void> {
  for (const id of ids) {
    const event = parseEvent(signedEvent({ id }).body, false)
    if (event !== null) await storeEvents(database.db, 'webhook', [event])
  }
  await database.db.sql`
    update stripe_event set state = ${state}, reason = ${reason}, attempts = 10, done_at = clock_timestamp()
     where id = any (${[...ids]})`
}

const list = async (filter: InboxFilter = 'all', about: string | null = null) =>
  (await listInbox(await staff(), { filter, about, cursor: null, limit: 50 })).events

const idsOf = (events: readonly Readonly<{ id: string }>[]) => events.map(({ id }) => id)

describe('listInbox', () => {
  it('reads on from a cursor without a gap, whatever arrives meanwhile', async () => {
    const ids = Array.from({ length: 7 }, (_, index) => `evt_${String(index)}`)
    await store(ids)
    // Of one moment, as a burst may be.
    await database.db
      .sql`update stripe_event set received_at = '2026-01-01T12:00:00.123456Z' where id < 'evt_4'`
    const seen: string[] = []
    for (let cursor: string | null = null; ;) {
      const page = await listInbox(await staff(), { filter: 'all', about: null, cursor, limit: 2 })
      seen.push(...idsOf(page.events))
      await store([`evt_later${String(seen.length)}`])
      if (page.nextCursor === null) break
      cursor = page.nextCursor
    }
    expect(seen.toSorted()).toEqual(ids)
  })

  it('begins anew with what is no cursor', async () => {
    await store(['evt_one'])
    for (const cursor of [
      '',
      'x',
      '2027-02-30T12:00:00.000000Z~evt_1',
      '0000-01-01T00:00:00.000000Z~evt_1',
    ]) {
      const page = await listInbox(await staff(), { filter: 'all', about: null, cursor, limit: 2 })
      expect(idsOf(page.events)).toEqual(['evt_one'])
    }
  })

  it('keeps to a state, and to what an event is about', async () => {
    await store(['evt_done'])
    await store(['evt_dead'], 'dead', 'odd answer')
    await store(['evt_new'], 'received')
    await store(['evt_ignored'], 'ignored')
    expect(idsOf(await list('done'))).toEqual(['evt_done'])
    expect(await list('staff')).toMatchObject([{ id: 'evt_dead', reason: 'odd answer', attempts: 10 }])
    expect(idsOf(await list('waiting'))).toEqual(['evt_new'])
    expect(idsOf(await list('ignored'))).toEqual(['evt_ignored'])
    expect(idsOf(await list('all', 'evt_done'))).toEqual(['evt_done'])
    expect(idsOf(await list('all', 'in_dead'))).toEqual(['evt_dead'])
    expect(idsOf(await list('staff', 'invoice.paid'))).toEqual(['evt_dead'])
    expect(await list('all', 'in_nothing')).toEqual([])
  })

  it('says what an event has led to', async () => {
    const customer = await openCustomer(container())
    const { sessionId, orderId } = await startTopUp(container(), customer)
    await stripe.pay(sessionId, { cents: 1200 })
    await receive(container(), await eventsOf(stripe.client, sessionId))
    const [before] = await list('waiting', 'invoice.paid')
    expect(before?.effect).toMatchObject({ account: { id: customer.accountId }, posting: null })
    await drainInbox(container())
    const [after] = await list('done', 'invoice.paid')
    expect(after?.effect).toMatchObject({
      account: { id: customer.accountId },
      order: { id: orderId, state: 'paid' },
      posting: { code: 'deposit_card', amount: { micros: 12_000_000n } },
    })
  })
})

describe('findInboxEvent', () => {
  it('shows an event as it was received', async () => {
    await store(['evt_whole'])
    const event = await findInboxEvent(await staff(), 'evt_whole')
    expect(JSON.parse(event?.payload ?? '')).toMatchObject({
      id: 'evt_whole',
      data: { object: { id: 'in_whole' } },
    })
  })

  it('leaves out what opens a door by itself, however deep it stands', async () => {
    const open = {
      client_secret: 'door-1',
      confirmation_secret: { client_secret: 'door-2', type: 'payment_intent' },
      lines: { url: '/v1/invoices/in_1/lines', data: [{ receipt_url: 'https://pay.stripe.com/door-3' }] },
      hosted_invoice_url: 'https://invoice.stripe.com/door-4',
      invoice_pdf: 'https://pay.stripe.com/door-5',
      url: 'https://billing.stripe.com/p/session/door-6',
      return_url: 'https://talktime.example/billing',
      after: null,
    }
    const { body } = signedEvent({ id: 'evt_open', object: { id: 'in_open', object: 'invoice', ...open } })
    const parsed = parseEvent(body, false)
    if (parsed !== null) await storeEvents(database.db, 'webhook', [parsed])
    const payload = (await findInboxEvent(await staff(), 'evt_open'))?.payload ?? ''
    expect(payload).not.toContain('door-')
    const { data } = JSON.parse(payload) as { data: { object: unknown } }
    expect(data.object).toMatchObject({
      client_secret: '(not shown)',
      lines: { url: '/v1/invoices/in_1/lines' },
      return_url: 'https://talktime.example/billing',
      after: null,
    })
  })

  it('knows no event that is not there', async () => {
    expect(await findInboxEvent(await staff(), 'evt_none')).toBeNull()
  })
})

describe('replayEvents', () => {
  const replayed = () => database.db.sql`
    select target, staff_user_id, reason, details from audit_event where action = 'event.replayed' order by id`

  it('has what was given up worked on again, as if it had just arrived, and writes that down', async () => {
    const customer = await openCustomer(container())
    const { sessionId } = await startTopUp(container(), customer)
    await stripe.pay(sessionId, { cents: 1000 })
    const paid = (await eventsOf(stripe.client, sessionId)).filter(({ type }) => type === 'invoice.paid')
    await receive(container(), paid)
    await database.db.sql`update stripe_event set state = 'dead', attempts = 10, reason = 'odd answer'`
    const [id = ''] = idsOf(paid)
    expect(await replayEvents(await staff(), { events: [id], reason: 'Stripe is mended.' })).toBe(1)
    expect(await list('waiting')).toMatchObject([{ id, attempts: 0, reason: null, doneAt: null }])
    await drainInbox(container())
    expect(await list('done')).toMatchObject([{ id }])
    // Once more: the event was worked on, and books nothing anew.
    expect(await replayEvents(await staff(), { events: [id], reason: null })).toBe(1)
    await drainInbox(container())
    expect((await readBooks(container(), customer.accountId)).deposits).toEqual([10_000_000n])
    expect(await replayed()).toMatchObject([
      { target: id, staff_user_id: staffId, reason: 'Stripe is mended.', details: { was: 'dead' } },
      { target: id, staff_user_id: staffId, reason: null, details: { was: 'done' } },
    ])
  })

  it('puts all back that need staff, and leaves alone what waits anyway', async () => {
    await store(['evt_a'], 'dead')
    await store(['evt_b'], 'quarantined')
    await store(['evt_c'], 'received')
    await store(['evt_d'], 'done')
    expect(await replayEvents(await staff(), { events: 'needing_staff', reason: null })).toBe(2)
    expect(idsOf(await list('waiting')).toSorted()).toEqual(['evt_a', 'evt_b', 'evt_c'])
    expect(await replayEvents(await staff(), { events: ['evt_a', 'evt_c', 'evt_none'], reason: null })).toBe(
      0,
    )
  })

  it('refuses who may only look', async () => {
    await expect(
      replayEvents(await staff(['staff:read']), { events: 'needing_staff', reason: null }),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('getInboxHealth', () => {
  it('is good where nothing waits', async () => {
    await store(['evt_done'])
    expect(await getInboxHealth(await staff())).toMatchObject({ light: 'good', waiting: 0, lagSeconds: 0 })
  })

  it('is bad where something was given up', async () => {
    await store(['evt_dead'], 'dead')
    expect(await getInboxHealth(await staff())).toMatchObject({ light: 'bad', dead: 1 })
  })

  it('is bad where nobody takes up what is due', async () => {
    await store(['evt_new'], 'received')
    await database.db.sql`update stripe_event set due_at = clock_timestamp() - interval '10 minutes'`
    const { light, lagSeconds } = await getInboxHealth(await staff())
    expect(light).toBe('bad')
    expect(lagSeconds).toBeGreaterThan(599)
  })
})
