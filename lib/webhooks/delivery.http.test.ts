import { execFileSync } from 'node:child_process'
import { createServer, request as httpRequest } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { generateApiKey } from '@/lib/core/api-keys/key-codec'
import { probeWebhook } from '@/lib/jobs/probe-webhook'
import type { Container } from '@/lib/server/container'
import { eventsOf } from '@/lib/testing/inbox'
import { localStripeControls } from '@/lib/testing/local-stripe'
import { repetitions } from '@/lib/testing/repetitions'
import { sign, signedEvent } from '@/lib/testing/signed-event'
import { openStackContainer } from '@/lib/testing/stack-container'
import { openCustomer, readBooks, startTopUp, type TopUp } from '@/lib/testing/top-up'
import { useStack } from '@/lib/testing/use-stack'

const stack = useStack({ apps: 2, environment: { STRIPE_CALLS_PER_SECOND: '10000', LOG_LEVEL: 'error' } })
let container: Container

beforeAll(() => {
  container = openStackContainer(stack())
})
afterAll(async () => {
  await container.close()
})

const stripe = () => localStripeControls(stack().stripeUrl)
const endpoint = (app = 0) => `${stack().apps[app]?.url ?? ''}/api/stripe/webhook`

async function post(
  body: string | Uint8Array,
  header: string,
  extra: Readonly<Record<string, string>> = {},
  app = 0,
) {
  const response = await fetch(endpoint(app), {
    method: 'POST',
    body: Buffer.from(body),
    headers: { 'content-type': 'application/json', 'stripe-signature': header, ...extra },
    redirect: 'manual',
  })
  await response.arrayBuffer()
  return response
}

const own = (options: Parameters<typeof signedEvent>[0] = {}) =>
  signedEvent({ secret: stack().webhookSecret, ...options })
const isStored = async (id: string) =>
  (await container.databases.app.sql`select from stripe_event where id = ${id}`).length > 0

async function payTopUp(): Promise<TopUp> {
  const topUp = await startTopUp(container, await openCustomer(container))
  expect(await stripe().pay(topUp.sessionId, { cents: 2500, save: true })).toMatchObject({ kind: 'complete' })
  return topUp
}

const books = (topUp: TopUp) => readBooks(container, topUp.customer.accountId)
const PAID = { deposits: [25_000_000n], balance: 25_000_000n }

describe('POST /api/stripe/webhook', () => {
  it('200: one event posted a hundred times at once to two instances makes one deposit', async () => {
    // What the local Stripe delivers by itself is dropped: only our hundred copies arrive.
    await stripe().plan({ webhooks: { drop: 1 } })
    const topUp = await payTopUp()
    await stripe().calm()
    const event = (await eventsOf(stripe().client, topUp.sessionId)).find(
      (each) => each.type === 'invoice.paid',
    )
    const body = JSON.stringify(event)
    const header = sign(body, { secret: stack().webhookSecret })
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, copy) => post(body, header, {}, copy % 2)),
    )
    expect(answers.every((answer) => answer.status === 200)).toBe(true)
    await expect.poll(() => books(topUp), { timeout: 10_000 }).toEqual(PAID)
    expect((await post(body, header)).status).toBe(200)
    expect(await books(topUp)).toEqual(PAID)
  })

  it('credits every payment once while deliveries are late, doubled, badly signed, out of order and lost', async () => {
    await stripe().plan({
      seed: 3,
      webhooks: {
        drop: 0.3,
        duplicate: 0.5,
        staleSignature: 0.2,
        shuffle: true,
        delayMs: { min: 0, max: 500 },
      },
    })
    const topUps: TopUp[] = []
    for (let count = 0; count < repetitions({ usual: 10, long: 200 }); count++) topUps.push(await payTopUp())
    await stripe().calm()
    await stripe().flush()
    // What was dropped is found by the sweep, which the worker is told to make now instead of in three minutes.
    await container.databases.app.sql`update recurring_job set due_at = now() where name = 'sweep-events'`
    for (const topUp of topUps) await expect.poll(() => books(topUp), { timeout: 20_000 }).toEqual(PAID)
  })

  describe('400', () => {
    // Read at each test: those before it may have taken long.
    const now = () => Math.floor(Date.now() / 1000)
    const bad: Readonly<Record<string, (body: string) => string>> = {
      'no signature': () => '',
      'only v0': (body) => sign(body, { secret: stack().webhookSecret }).replace('v1=', 'v0='),
      'another secret': (body) => sign(body, { secret: 'whsec_forged' }),
      'a stale time': (body) => sign(body, { secret: stack().webhookSecret, timestamp: now() - 400 }),
      'a future time': (body) => sign(body, { secret: stack().webhookSecret, timestamp: now() + 400 }),
      'a time that is no number': () => `t=NaN,v1=${'0'.repeat(64)}`,
      'another body': (body) => sign(`${body} `, { secret: stack().webhookSecret }),
    }
    it.each(Object.keys(bad))('%s, and nothing is stored', async (name) => {
      const { id, body } = own()
      expect((await post(body, bad[name]?.(body) ?? '')).status).toBe(400)
      expect(await isStored(id)).toBe(false)
    })

    it('a body with a byte order mark, other line ends, or compressed: the raw bytes are what is signed', async () => {
      const { body, header } = own()
      const altered = [`\uFEFF${body}`, `${body}\r\n`, JSON.stringify(JSON.parse(body), null, 1)]
      for (const text of altered) expect((await post(text, header)).status).toBe(400)
      const zipped = await post(gzipSync(body), header, { 'content-encoding': 'gzip' })
      expect(zipped.status).toBe(400)
    })
  })

  it('405 for every other method, whatever a header says', async () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const response = await fetch(endpoint(), { method, headers: { 'x-http-method-override': 'POST' } })
      expect([method, response.status]).toEqual([method, 405])
      expect(response.headers.get('allow')).toBe('POST')
    }
    const { body, header } = own()
    expect((await post(body, header, { 'x-http-method-override': 'GET' })).status).toBe(200)
  })
})

describe('413 for a body over 256 KiB', () => {
  /** Memory that the app's process holds, in bytes. */
  function residentBytes(): number {
    const pid = stack().apps[0]?.process.program().pid ?? 0
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]).toString()) * 1024
  }

  /** Sends until it is answered, without a length. @returns the status and how much was taken */
  function sendEndlessly(bytesMax: number): Promise<{ status: number; sent: number }> {
    return new Promise((resolve, reject) => {
      let sent = 0
      let status: number | null = null
      const request = httpRequest(endpoint(), { method: 'POST', headers: { 'stripe-signature': 't=1,v1=0' } })
      const chunk = Buffer.alloc(16_384, 'x')
      const send = (): void => {
        if (status !== null || sent >= bytesMax || request.destroyed) return
        sent += chunk.byteLength
        request.write(chunk, () => setImmediate(send))
      }
      request.on('response', (response) => {
        status = response.statusCode ?? 0
        response.resume()
        request.destroy()
        resolve({ status, sent })
      })
      request.on('error', (error) => (status === null ? reject(error) : undefined))
      send()
    })
  }

  it.each([257 * 1024, 5 * 1024 ** 2, 11 * 1024 ** 2])(
    'of %d bytes, before its signature is looked at',
    async (size) => {
      const { id, body, header } = own({ event: { padding: 'x'.repeat(size) } })
      expect((await post(body, header)).status).toBe(413)
      expect(await isStored(id)).toBe(false)
    },
  )

  it('that never ends, with little of it in memory', async () => {
    await sendEndlessly(1024 ** 2)
    const resident = residentBytes()
    for (let round = 0; round < 5; round++) {
      const { status, sent } = await sendEndlessly(200 * 1024 ** 2)
      expect(status).toBe(413)
      expect(sent).toBeLessThan(20 * 1024 ** 2)
    }
    expect(residentBytes() - resident).toBeLessThan(20 * 1024 ** 2)
  })
})

describe('while the database is away', () => {
  afterEach(async () => {
    await stack().databaseWire.setMode('pass')
  })

  it('503 with Retry-After, nothing is asked of Stripe, and a later delivery is taken', async () => {
    const { body, header } = own()
    await stripe().forgetRequests()
    await stack().databaseWire.setMode('refuse')
    const refused = await post(body, header)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('5')
    const checkout = await fetch(`${stack().appUrl}/api/v1/billing/checkout/credits`, {
      method: 'POST',
      headers: { authorization: `Bearer ${generateApiKey()}` },
    })
    expect(checkout.status).toBe(503)
    const health = await fetch(`${stack().appUrl}/api/health`)
    expect(health.status).toBe(503)
    expect((await stripe().requests()).filter((request) => request.method === 'POST')).toEqual([])
    await stack().databaseWire.setMode('pass')
    await expect.poll(async () => (await post(body, header)).status, { timeout: 10_000 }).toBe(200)
  })
})

describe('the probe of our own endpoint', () => {
  it('fails, to alarm staff, where a redirect or a guard stands in the way', async () => {
    for (const status of [307, 308, 403, 404]) {
      const guard = createServer((_request, response) => {
        response.writeHead(status, { location: endpoint() }).end()
      })
      await new Promise<void>((resolve) => guard.listen(0, '127.0.0.1', resolve))
      const address = guard.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      const env = { ...container.env, APP_URL: `http://127.0.0.1:${String(port)}` }
      await expect(probeWebhook({ ...container, env })).rejects.toThrow(String(status))
      guard.close()
    }
  })

  it('passes where deliveries arrive', async () => {
    expect(await probeWebhook(container)).toEqual({ status: 200 })
  })
})

describe('GET /api/health', () => {
  it('200 with ages and no secrets while the worker lives', async () => {
    await expect.poll(async () => (await fetch(`${stack().appUrl}/api/health`)).status).toBe(200)
    const text = await (await fetch(`${stack().appUrl}/api/health`)).text()
    expect(JSON.parse(text)).toMatchObject({ status: 'ok', database: 'ok', worker: 'ok' })
    expect(text).not.toMatch(/whsec|sk_test|postgres|127\.0\.0\.1/)
  })
})
