import pino from 'pino'
import { beforeEach, describe, expect, it } from 'vitest'
import { WEBHOOK_SECRET, WEBHOOK_SECRET_OLD } from '@/lib/testing/product-env'
import { sign, signedEvent, type Delivery } from '@/lib/testing/signed-event'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { ingestEvent } from './ingest-event'
import { BODY_BYTES_MAX } from './read-body'

const database = useTestDatabase()
const log = pino({ level: 'silent' })

beforeEach(async () => {
  await database.db.sql`delete from stripe_event`
})

const SECRETS: readonly string[] = [WEBHOOK_SECRET, WEBHOOK_SECRET_OLD]

function take(delivery: Pick<Delivery, 'body' | 'header'>, secrets = SECRETS) {
  const request = new Request('http://localhost/api/stripe/webhook', {
    method: 'POST',
    body: delivery.body,
    headers: { 'stripe-signature': delivery.header },
  })
  return ingestEvent({ db: database.db, log, secrets, livemode: false }, request)
}

async function inbox() {
  return database.db.sql<{ id: string; state: string; reason: string | null; payload: string }[]>`
    select id, state, reason, payload::text as payload from stripe_event order by id`
}

describe('ingestEvent', () => {
  it('stores a signed event once, as it was signed, and answers 200 every time', async () => {
    const event = signedEvent()
    expect(await take(event)).toEqual({ status: 200, message: 'stored' })
    expect(await take(event)).toEqual({ status: 200, message: 'known' })
    const rows = await inbox()
    expect(rows).toMatchObject([{ id: event.id, state: 'received', payload: event.body }])
  })

  it('stores one row for a hundred deliveries at once', async () => {
    const event = signedEvent()
    const answers = await Promise.all(Array.from({ length: 100 }, () => take(event)))
    expect(answers.filter((answer) => answer.message === 'stored')).toHaveLength(1)
    expect(answers.every((answer) => answer.status === 200)).toBe(true)
    expect(await inbox()).toHaveLength(1)
  })

  it('accepts the secret that is being rotated out until it is removed', async () => {
    const event = signedEvent({ secret: WEBHOOK_SECRET_OLD })
    expect((await take(event, [WEBHOOK_SECRET])).status).toBe(400)
    expect((await take(event)).status).toBe(200)
  })

  it.each([[[]], [['']], [[' ', '\t']]])('answers 503 where the secrets are %j', async (secrets) => {
    expect((await take(signedEvent(), secrets)).status).toBe(503)
    expect(await inbox()).toEqual([])
  })

  it('refuses what is not signed, and stores nothing of it', async () => {
    const event = signedEvent()
    const now = Math.floor(Date.now() / 1000)
    const headers = [
      '',
      event.header.replace('v1=', 'v0='),
      sign(event.body, { secret: 'whsec_other' }),
      sign(event.body, { timestamp: now - 310 }),
      sign(event.body, { timestamp: now + 310 }),
      sign(`${event.body} `),
    ]
    for (const header of headers) expect((await take({ ...event, header })).status).toBe(400)
    expect(await inbox()).toEqual([])
  })

  it('refuses a signed body that is no event', async () => {
    for (const body of ['', '[]', 'null', '{"id":"evt_1"', '{"object":"event"}']) {
      expect((await take({ body, header: sign(body) })).status).toBe(400)
    }
    expect(await inbox()).toEqual([])
  })

  it.each([
    ['of the other mode', { livemode: true }, 'livemode_differs'],
    ['of another version', { api_version: '2020-08-27' }, 'api_version_differs'],
    ['of another account', { account: 'acct_1' }, 'of_another_account'],
  ])('quarantines an event %s', async (_name, event, reason) => {
    expect((await take(signedEvent({ event }))).status).toBe(200)
    expect(await inbox()).toMatchObject([{ state: 'quarantined', reason }])
  })

  it('stores text that other columns would refuse', async () => {
    const event = signedEvent({ object: { id: 'in_1', description: '\0 \ud800 ’; drop table account; --' } })
    expect((await take(event)).status).toBe(200)
    expect(await inbox()).toMatchObject([{ payload: event.body }])
  })

  it('takes up again what was given up, when it is delivered again', async () => {
    const event = signedEvent()
    await take(event)
    await database.db.sql`update stripe_event set state = 'dead', attempts = 10`
    await take(event)
    expect(await inbox()).toMatchObject([{ state: 'received' }])
  })

  it('takes up what lay quarantined for its version once it is delivered in ours, and not before', async () => {
    const foreign = { api_version: '2020-08-27' }
    await take(signedEvent({ id: 'evt_1', event: foreign }))
    await take(signedEvent({ id: 'evt_1', event: foreign }))
    expect(await inbox()).toMatchObject([{ state: 'quarantined', reason: 'api_version_differs' }])
    const event = signedEvent({ id: 'evt_1' })
    await take(event)
    expect(await inbox()).toMatchObject([{ state: 'received', reason: null, payload: event.body }])
  })

  it('keeps what is quarantined for anything else, however often it is delivered', async () => {
    const event = signedEvent()
    await take(event)
    await database.db.sql`update stripe_event set state = 'quarantined', reason = 'needs_staff'`
    await take(event)
    expect(await inbox()).toMatchObject([{ state: 'quarantined', reason: 'needs_staff' }])
  })

  it('refuses a body over 256 KiB unread, however it is sent', async () => {
    const body = 'x'.repeat(BODY_BYTES_MAX + 1)
    expect((await take({ body, header: sign(body) })).status).toBe(413)
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 65_536
        controller.enqueue(new Uint8Array(65_536))
      },
    })
    const init = { method: 'POST', body: endless, duplex: 'half' }
    const request = new Request('http://localhost/', init)
    const intake = { db: database.db, log, secrets: SECRETS, livemode: false }
    expect((await ingestEvent(intake, request)).status).toBe(413)
    expect(sent).toBeLessThan(BODY_BYTES_MAX * 2)
  })

  it('takes a body of exactly 256 KiB', async () => {
    const padding = BODY_BYTES_MAX - signedEvent({ id: 'evt_1', object: { pad: '' } }).body.length
    const event = signedEvent({ id: 'evt_1', object: { pad: 'x'.repeat(padding) } })
    expect(event.body).toHaveLength(BODY_BYTES_MAX)
    expect((await take(event)).status).toBe(200)
  })
})
