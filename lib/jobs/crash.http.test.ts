import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import type { Container } from '@/lib/server/container'
import { eventsOf } from '@/lib/testing/inbox'
import { localStripeControls } from '@/lib/testing/local-stripe'
import { repetitions } from '@/lib/testing/repetitions'
import { sign, signedEvent } from '@/lib/testing/signed-event'
import { openStackContainer } from '@/lib/testing/stack-container'
import { openCustomer, readBooks, startTopUp, type Customer, type TopUp } from '@/lib/testing/top-up'
import { useStack } from '@/lib/testing/use-stack'
import { drainInbox } from './drain-jobs'

const stack = useStack({ environment: { STRIPE_CALLS_PER_SECOND: '10000', LOG_LEVEL: 'error' } })
let container: Container
let owner: postgres.Sql

beforeAll(() => {
  container = openStackContainer(stack())
  owner = postgres(stack().database.ownerUrl, { max: 1, onnotice: () => {} })
})
afterAll(async () => {
  await owner.end()
  await container.close()
})
beforeEach(async () => {
  // What an earlier test left in the hands of a killed worker is not what this one waits for.
  await sql()`delete from stripe_event`
})
afterEach(async () => {
  for (const program of [app().process, worker()]) {
    if (!program.program().isRunning()) await program.start()
  }
  await stripe().calm()
  await stack().databaseWire.setMode('pass')
  await stack().stripeWire.setMode('pass')
})

const stripe = () => localStripeControls(stack().stripeUrl)
const app = () => {
  const [first] = stack().apps
  if (first === undefined) throw new Error('the stack has an app')
  return first
}
const worker = () => {
  const { worker: running } = stack()
  if (running === null) throw new Error('the stack has a worker')
  return running
}
const sql = () => container.databases.app.sql

async function payTopUp(): Promise<TopUp> {
  const topUp = await startTopUp(container, await openCustomer(container))
  expect(await stripe().pay(topUp.sessionId, { cents: 2500 })).toMatchObject({ kind: 'complete' })
  return topUp
}

const books = (topUp: TopUp) => readBooks(container, topUp.customer.accountId)
const PAID = { deposits: [25_000_000n], balance: 25_000_000n }
const credited = (topUp: TopUp, timeout: number) =>
  expect.poll(() => books(topUp), { timeout, interval: 100 }).toEqual(PAID)
const inWork = async () =>
  (await sql()`select id from stripe_event where state = 'received' and attempts > 0`).length

/** Events whose work ends in the deposit; a card that was saved has one too, whose work does not. */
const PAYMENT = ['checkout.session.completed', 'invoice.paid', 'payment_intent.succeeded']
const paymentInWork = async ({ customer: { accountId } }: TopUp) =>
  (
    await sql()`
      select id from stripe_event
       where state = 'received' and attempts > 0 and type = any (${PAYMENT}) and payload #>> '{data,object,customer}' =
         (select stripe_customer_id from account where id = ${accountId})`
  ).length

/** The one event that says it all, as a delivery. */
async function deliveryOf(topUp: TopUp) {
  const event = (await eventsOf(stripe().client, topUp.sessionId)).find(
    (each) => each.type === 'invoice.paid',
  )
  const body = JSON.stringify(event)
  return { id: event?.id ?? '', body, header: sign(body, { secret: stack().webhookSecret }) }
}

const post = ({ body, header }: { body: string; header: string }) =>
  fetch(`${app().url}/api/stripe/webhook`, { method: 'POST', body, headers: { 'stripe-signature': header } })

const dropDeliveries = () => stripe().plan({ webhooks: { drop: 1 } })

describe('kill -9 of the worker', () => {
  it('in the middle of an event: another finishes it within 30 seconds, once', async () => {
    for (let round = 0; round < repetitions({ usual: 1, long: 25 }); round++) {
      await stripe().plan({ latencyMs: 2_000 })
      const topUp = await payTopUp()
      await expect.poll(inWork, { timeout: 15_000, interval: 20 }).toBeGreaterThan(0)
      await worker().kill()
      expect(await books(topUp)).toEqual({ deposits: [], balance: 0n })
      await stripe().calm()
      await worker().start()
      await credited(topUp, 30_000)
    }
  })

  it('at any moment, again and again, while payments come in', async () => {
    const topUps: TopUp[] = []
    for (let round = 0; round < repetitions({ usual: 3, long: 100 }); round++) {
      const paying = Promise.all([payTopUp(), payTopUp(), payTopUp()])
      await new Promise((resolve) => setTimeout(resolve, (round * 137) % 400))
      await worker().kill()
      await worker().start()
      topUps.push(...(await paying))
    }
    for (const topUp of topUps) await credited(topUp, 40_000)
  })
})

describe('SIGTERM of the worker', () => {
  it('lets it finish what it holds, and ends within 10 seconds', async () => {
    await stripe().plan({ latencyMs: 500 })
    const topUp = await payTopUp()
    await expect.poll(() => paymentInWork(topUp), { timeout: 15_000, interval: 20 }).toBeGreaterThan(0)
    const asked = Date.now()
    await worker().stop()
    expect(await worker().program().ended).toBe(0)
    expect(Date.now() - asked).toBeLessThan(10_000)
    expect(await books(topUp)).toEqual(PAID)
  })

  it('hands back what it cannot finish, for the next one to take at once', async () => {
    const topUp = await payTopUp()
    await credited(topUp, 20_000)
    await stripe().plan({ latencyMs: 30_000 })
    await sql()`update stripe_event set state = 'received', attempts = 0, due_at = now()
                 where type = 'invoice.paid' and id in (select id from stripe_event order by received_at desc limit 3)`
    await sql()`select pg_notify('stripe_event', '')`
    await expect.poll(inWork, { timeout: 15_000, interval: 20 }).toBeGreaterThan(0)
    await worker().stop()
    expect(await worker().program().ended).toBe(0)
    const rows = await sql()<{ attempts: number; due: boolean }[]>`
      select attempts, due_at <= clock_timestamp() as due from stripe_event where state in ('received', 'failed')`
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(row.due || row.attempts === 0).toBe(true)
    await stripe().calm()
    await worker().start()
    await expect.poll(inWork, { timeout: 20_000 }).toBe(0)
    expect(await books(topUp)).toEqual(PAID)
  })
})

describe('a worker that stands still past its lease', () => {
  it('wakes up to find its work done, and does nothing twice', async () => {
    await stripe().plan({ latencyMs: 1_500 })
    const topUp = await payTopUp()
    await expect.poll(inWork, { timeout: 15_000, interval: 20 }).toBeGreaterThan(0)
    worker().program().pause()
    await stripe().calm()
    // What was in work may not have been of the payment yet: its events arrive one by one.
    const drained = async () => {
      // What the end of the lease would do.
      await sql()`update stripe_event set due_at = now() where state in ('received', 'failed')`
      await drainInbox(container)
      return books(topUp)
    }
    await expect
      .poll(drained, { timeout: 20_000 })
      .toEqual(PAID)
      .finally(() => worker().program().resume())
    await expect.poll(inWork, { timeout: 20_000 }).toBe(0)
    expect(await books(topUp)).toEqual(PAID)
  })
})

describe('kill -9 of the app', () => {
  it('before the event is stored: Stripe delivers again, and it is credited once', async () => {
    for (let round = 0; round < repetitions({ usual: 1, long: 5 }); round++) {
      const topUp = await owner.begin(async (held) => {
        // The insert waits for this lock: verified, not stored.
        await held`lock table stripe_event in exclusive mode`
        const paid = await payTopUp()
        await expect
          .poll(
            async () =>
              (
                await stack().database.db.sql`
                select from pg_stat_activity where wait_event_type = 'Lock' and query like '%insert into stripe_event%'
                   and datname = current_database()`
              ).length,
            { timeout: 15_000 },
          )
          .toBeGreaterThan(0)
        await app().process.kill()
        return paid
      })
      await app().process.start()
      await stripe().flush()
      await credited(topUp, 30_000)
    }
  })

  it('after the event is stored and before it is answered: the second delivery changes nothing', async () => {
    for (let round = 0; round < repetitions({ usual: 1, long: 5 }); round++) {
      await dropDeliveries()
      const topUp = await payTopUp()
      const delivery = await deliveryOf(topUp)
      // An event of no consequence first, so that the app holds a connection on which its next statement goes out.
      const idle = signedEvent({ type: 'talktime.unheard_of', secret: stack().webhookSecret })
      expect((await post(idle)).status).toBe(200)
      await stack().databaseWire.setMode('lose-answers')
      const unanswered = post(delivery).then(
        () => 'answered',
        () => 'cut off',
      )
      const isStored = async () => (await sql()`select from stripe_event where id = ${delivery.id}`).length
      await expect.poll(isStored, { timeout: 10_000, interval: 20 }).toBe(1)
      await app().process.kill()
      expect(await unanswered).toBe('cut off')
      await stack().databaseWire.setMode('pass')
      await app().process.start()
      expect((await post(delivery)).status).toBe(200)
      await credited(topUp, 30_000)
    }
  })

  it('between charge and credit, worker and all: after the restart the credit is there, once', async () => {
    await Promise.all([app().process.kill(), worker().kill()])
    const topUp = await payTopUp()
    expect(await books(topUp)).toEqual({ deposits: [], balance: 0n })
    await Promise.all([app().process.start(), worker().start()])
    await stripe().flush()
    await credited(topUp, 30_000)
  })

  describe('while a Checkout is being started', () => {
    async function keyOf(customer: Customer): Promise<string> {
      return (
        await createApiKey(await customer.context(), {
          name: 'test',
          pepper: container.env.API_KEY_PEPPER,
        })
      ).key
    }
    const start = (key: string, idempotencyKey: string) =>
      fetch(`${app().url}/api/v1/billing/checkout/credits`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'idempotency-key': idempotencyKey },
      })
    const sessions = async () =>
      (await stripe().requests()).filter(
        ({ method, path }) => method === 'POST' && path === '/v1/checkout/sessions',
      )

    it('a retry with the same key opens the same Checkout, and its payment is credited once', async () => {
      for (let round = 0; round < repetitions({ usual: 2, long: 25 }); round++) {
        const customer = await openCustomer(container)
        const key = await keyOf(customer)
        const idempotencyKey = `crash-${String(round)}`
        await stripe().forgetRequests()
        // Even rounds: the kill comes while Stripe is being asked; odd ones: Stripe has done it and its answer is lost.
        if (round % 2 === 0) await stripe().plan({ latencyMs: 1_000 })
        else
          await stripe().plan({
            requests: [{ method: 'POST', path: '/v1/checkout/sessions', kind: 'timeout-after' }],
          })
        const cutOff = start(key, idempotencyKey).catch(() => 'cut off')
        await expect.poll(sessions, { timeout: 15_000, interval: 20 }).not.toEqual([])
        await app().process.kill()
        expect(await cutOff).toBe('cut off')
        await stripe().calm()
        await app().process.start()
        // The lease of the first request runs out by itself; what waiting would do.
        await sql()`update idempotency_record set leased_until = null where account_id = ${customer.accountId}`
        const answer = await start(key, idempotencyKey)
        expect(answer.status).toBe(200)
        const keys = new Set((await sessions()).map((request) => request.idempotencyKey))
        expect(keys.size).toBe(1)
        const [order] = await sql()<{ stripe_session_id: string }[]>`
          select stripe_session_id from credit_order where account_id = ${customer.accountId} and state = 'open'`
        await stripe().pay(order?.stripe_session_id ?? '', { cents: 2500 })
        await expect.poll(() => readBooks(container, customer.accountId), { timeout: 30_000 }).toEqual(PAID)
      }
    })
  })
})
