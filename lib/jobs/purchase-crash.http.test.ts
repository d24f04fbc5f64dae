import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ensureCustomer } from '@/lib/core/customers/ensure-customer'
import { makeContext, type Container } from '@/lib/server/container'
import { openBrowserSession, type BrowserSession } from '@/lib/testing/browser-session'
import { localStripeControls } from '@/lib/testing/local-stripe'
import { addPerson } from '@/lib/testing/person'
import { chargesOf, saveCard } from '@/lib/testing/purchases'
import { repetitions } from '@/lib/testing/repetitions'
import { builtServerActions, callAction } from '@/lib/testing/server-actions'
import { openStackContainer } from '@/lib/testing/stack-container'
import { readBooks } from '@/lib/testing/top-up'
import { useStack } from '@/lib/testing/use-stack'

const stack = useStack({ apps: 2, environment: { STRIPE_CALLS_PER_SECOND: '10000', LOG_LEVEL: 'error' } })
let container: Container
let owner: postgres.Sql

beforeAll(() => {
  container = openStackContainer(stack())
  owner = postgres(stack().database.ownerUrl, { max: 2, onnotice: () => {} })
})
afterAll(async () => {
  await owner.end()
  await container.close()
})
beforeEach(async () => {
  await stripe().forgetRequests()
  await owner`delete from rate_limit`
})
afterEach(async () => {
  await stripe().calm()
  for (const program of [...stack().apps.map((app) => app.process), worker()]) {
    if (!program.program().isRunning()) await program.start()
  }
})

const stripe = () => localStripeControls(stack().stripeUrl)
const app = (index = 0) => {
  const found = stack().apps[index]
  if (found === undefined) throw new Error('the stack has two apps')
  return found
}
const worker = () => {
  const { worker: running } = stack()
  if (running === null) throw new Error('the stack has a worker')
  return running
}

type Shopper = Readonly<{
  accountId: bigint
  customerId: string
  cardId: string
  /** Signed in at each of the apps. */
  browsers: readonly BrowserSession[]
}>

async function openShopper(): Promise<Shopper> {
  const person = await addPerson(container)
  const { accountId } = person.actor
  const customerId = await ensureCustomer(await makeContext(container, person.actor, 'req_test'), null)
  const cardId = await saveCard(stripe(), customerId, 'pm_card_visa')
  const browsers = stack().apps.map(({ url }) => openBrowserSession(url))
  for (const browser of browsers) await browser.signIn(person)
  await stripe().forgetRequests()
  return { accountId, customerId, cardId, browsers }
}

/** Presses the button of the form in the dashboard. */
async function press({ browsers, cardId }: Shopper, key: string, index = 0): Promise<string> {
  const browser = browsers[index]
  const buy = builtServerActions().find((action) => action.name === 'buyCredits')
  if (browser === undefined || buy === undefined) throw new Error('the build has the form')
  const form = new FormData()
  form.set('amount', '25.00')
  form.set('paymentMethodId', cardId)
  form.set('key', key)
  return (await callAction(browser, buy, [{ kind: 'asking' }, form])).text()
}

const sent = async (pattern: RegExp) =>
  (await stripe().requests()).filter(({ method, path }) => pattern.test(`${method} ${path}`))
const seen = (pattern: RegExp) =>
  expect.poll(() => sent(pattern), { timeout: 20_000, interval: 20 }).not.toEqual([])
/** The worker asks Stripe about customers too: what Stripe was asked does not tell that our purchase is begun. */
const begun = ({ accountId }: Shopper) =>
  expect
    .poll(() => owner`select from purchase where account_id = ${String(accountId)}`, {
      timeout: 20_000,
      interval: 20,
    })
    .toHaveLength(1)
const newKey = () => Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join('')
// The welcome credit of 5.00 is in it.
const PAID = { deposits: [25_000_000n], balance: 30_000_000n }
const expectPaidOnce = async ({ accountId, customerId }: Shopper, timeout: number) => {
  await expect.poll(() => readBooks(container, accountId), { timeout, interval: 200 }).toEqual(PAID)
  expect(await chargesOf(stripe(), customerId)).toEqual([2_500])
}
const endLeases = () => owner`update purchase set due_at = clock_timestamp() where due_at > clock_timestamp()`

describe('kill -9 of the app in the middle of a purchase', () => {
  it.each([
    ['before Stripe is asked for money', /^GET \/v1\/customers/],
    ['while the invoice is made', /^POST \/v1\/invoices$/],
    ['while it is paid', /^POST .*\/pay$/],
  ])('%s: the worker finishes it, once', async (_when, at) => {
    for (let round = 0; round < repetitions({ usual: 1, long: 25 }); round++) {
      const shopper = await openShopper()
      const key = newKey()
      await stripe().plan({ latencyMs: 1_000 })
      const cutOff = press(shopper, key).catch(() => 'cut off')
      await begun(shopper)
      await seen(at)
      await app().process.kill()
      expect(await cutOff).toBe('cut off')
      await stripe().calm()
      await endLeases()
      await expectPaidOnce(shopper, 40_000)
      await app().process.start()
      expect(await press(shopper, key)).toContain('"kind":"bought"')
      await expectPaidOnce(shopper, 1_000)
    }
  })

  it('after the charge and before its answer: settled within a minute by itself, once', async () => {
    const shopper = await openShopper()
    const key = newKey()
    await stripe().plan({
      requests: [{ method: 'POST', path: '/v1/invoices/:id/pay', kind: 'timeout-after' }],
    })
    const cutOff = press(shopper, key).catch(() => 'cut off')
    await expect.poll(() => chargesOf(stripe(), shopper.customerId), { timeout: 20_000 }).toEqual([2_500])
    await app().process.kill()
    expect(await cutOff).toBe('cut off')
    // No event comes to help: a lease of half a minute runs out first.
    await stripe().plan({ webhooks: { drop: 1 } })
    await expectPaidOnce(shopper, 60_000)
    await app().process.start()
    expect(await press(shopper, key)).toContain('"kind":"bought"')
    await expectPaidOnce(shopper, 1_000)
  }, 120_000)

  it('after the answer and before it is booked: the credit is there, once', async () => {
    for (let round = 0; round < repetitions({ usual: 1, long: 25 }); round++) {
      const shopper = await openShopper()
      await stripe().plan({ latencyMs: 700, webhooks: { drop: 1 } })
      const cutOff = press(shopper, newKey()).catch(() => 'cut off')
      await seen(/^POST .*\/finalize$/)
      await owner.begin(async (held) => {
        // The booking waits for this lock: charged, not booked.
        await held`lock table credit_order in exclusive mode`
        const waiting = async () =>
          (
            await container.databases.app.sql`
            select from pg_stat_activity where wait_event_type = 'Lock' and query like '%settle_top_up%'
               and datname = current_database()`
          ).length
        await expect.poll(waiting, { timeout: 20_000 }).toBeGreaterThan(0)
        await app().process.kill()
      })
      expect(await cutOff).toBe('cut off')
      await stripe().plan({ latencyMs: 0 })
      await endLeases()
      await expectPaidOnce(shopper, 40_000)
      await app().process.start()
    }
  })
})

describe('kill -9 of the worker while it takes up a purchase', () => {
  it('the next one finishes it, once', async () => {
    for (let round = 0; round < repetitions({ usual: 1, long: 25 }); round++) {
      const shopper = await openShopper()
      await worker().kill()
      await stripe().plan({ latencyMs: 1_000, webhooks: { drop: 1 } })
      const cutOff = press(shopper, newKey()).catch(() => 'cut off')
      await seen(/^POST \/v1\/invoices$/)
      await app().process.kill()
      await cutOff
      await endLeases()
      await stripe().forgetRequests()
      await worker().start()
      await seen(/^POST .*\/pay$/)
      await worker().kill()
      await stripe().plan({ latencyMs: 0 })
      await endLeases()
      await Promise.all([worker().start(), app().process.start()])
      await expectPaidOnce(shopper, 40_000)
    }
  })
})

describe('one press, many times at once, at two apps', () => {
  it('buys once', async () => {
    const shopper = await openShopper()
    const key = newKey()
    const presses = repetitions({ usual: 40, long: 200 })
    const answers = await Promise.all(
      Array.from({ length: presses }, (_, index) => press(shopper, key, index % 2)),
    )
    expect(answers.some((answer) => answer.includes('"kind":"bought"'))).toBe(true)
    await expectPaidOnce(shopper, 1_000)
    expect((await sent(/^POST .*\/pay$/)).length).toBe(1)
  })
})
