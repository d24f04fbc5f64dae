import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { resolvePurchases } from '@/lib/jobs/resolve-purchases'
import { sendMail } from '@/lib/jobs/send-mail'
import { topUpAccounts } from '@/lib/jobs/top-up-accounts'
import { newId } from '@/lib/kit/ids'
import { usdFromCents } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { chargesOf, openPayer, saveCard, type Payer } from '@/lib/testing/purchases'
import { buyOne, subscribe } from '@/lib/testing/subscriptions'
import { useTestContainer } from '@/lib/testing/test-container'
import { openCustomer, readBooks, type Customer } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import type { AutoTopUpPatch } from './auto-top-up'
import { claimAutoTopUp } from './claim-auto-top-up'
import { disableAutoTopUp } from './disable-auto-top-up'
import { getAutoTopUp } from './get-auto-top-up'
import { listAutoTopUpHistory } from './list-auto-top-up-history'
import { testAutoTopUp } from './test-auto-top-up'
import { topUpAccount } from './top-up-account'
import { updateAutoTopUp } from './update-auto-top-up'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)
/** Another instance of the product over the same database, with a pool of its own. */
const another = useTestContainer(database, () => stripe.env)

/** The job looks at everybody: each test is alone with its own accounts. */
let owner: postgres.Sql
beforeAll(() => {
  owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
})
afterAll(() => owner.end())
beforeEach(async () => {
  await owner`update auto_top_up set enabled = false`
  await owner`update purchase set state = 'failed', settled_at = now() where state not in ('succeeded', 'failed')`
})
afterEach(async () => {
  await stripe.calm()
})

const MINUTES = 60
const dollars = (amount: number) => usdFromCents(amount * 100)
const ON: AutoTopUpPatch = { enabled: true, threshold: dollars(10), amount: dollars(25) }

const system = async (adapters = container()) =>
  makeContext(adapters, { kind: 'system', name: 'test' }, newId('req'))
const update = async (customer: Customer, patch: AutoTopUpPatch) =>
  updateAutoTopUp(await customer.context(), patch)
const read = async (customer: Customer) => getAutoTopUp(await customer.context())
const history = async (customer: Customer) =>
  (await listAutoTopUpHistory(await customer.context(), { page: 1, perPage: 100 })).events
const tryOut = async (customer: Customer, idempotencyKey: string | null = null) =>
  testAutoTopUp(await customer.context(), { idempotencyKey })
const charges = ({ customerId }: Payer) => chargesOf(stripe, customerId)
const balanceOf = async ({ accountId }: Customer) => (await readBooks(container(), accountId)).balance
const deposits = async ({ accountId }: Customer) => (await readBooks(container(), accountId)).deposits

let serial = 0
async function spend(customer: Customer, cents: number): Promise<void> {
  const ctx = await customer.context()
  serial += 1
  await recordUsage(ctx, [
    {
      id: `use-${String(serial)}`,
      numberId: null,
      fareName: 'Call',
      billedQuantity: 1,
      amount: usdFromCents(cents),
      occurredAt: ctx.now(),
    },
  ])
}

describe('switching it on', () => {
  it('charges at once where the balance is below the threshold, and says so', async () => {
    const payer = await openPayer(container(), stripe)
    const updated = await update(payer, ON)
    expect(updated).toMatchObject({ ...ON, topUp: { state: 'succeeded', balance: dollars(25) } })
    expect(updated.today).toEqual({ held: dollars(25), charged: dollars(25), count: 1 })
    expect(await charges(payer)).toEqual([2_500])
    expect(await history(payer)).toMatchObject([
      {
        trigger: 'threshold',
        state: 'succeeded',
        amount: dollars(25),
        balanceBefore: dollars(0),
        balanceAfter: dollars(25),
        card: { brand: 'visa', last4: '4242' },
        failureReason: null,
      },
    ])
  })

  it('charges nothing where the balance is not below it, nor when it is on already and has just charged', async () => {
    const payer = await openPayer(container(), stripe)
    expect(await update(payer, { ...ON, amount: dollars(10) })).toMatchObject({
      topUp: { state: 'succeeded' },
    })
    expect(await update(payer, { threshold: dollars(10) })).toMatchObject({ topUp: null })
    expect(await update(payer, { threshold: dollars(11) })).toMatchObject({ topUp: null })
    await stripe.advance(2 * MINUTES)
    expect(await update(payer, {})).toMatchObject({ topUp: { state: 'succeeded' } })
    expect(await charges(payer)).toEqual([1_000, 1_000])
  })

  it('needs something to charge, which is the account’s own and saved', async () => {
    const payer = await openPayer(container(), stripe)
    const other = await openPayer(container(), stripe)
    const customer = await openCustomer(container())
    await expect(update(customer, ON)).rejects.toMatchObject({ code: 'payment_method_missing' })
    for (const paymentMethodId of [other.cardId, 'pm_neverSeen', '../customers', '']) {
      await expect(update(payer, { paymentMethodId })).rejects.toMatchObject({
        code: 'payment_method_not_found',
      })
    }
    expect(await read(payer)).toMatchObject({ enabled: false, paymentMethodId: null, updatedAt: null })
    expect(await update(payer, { ...ON, paymentMethodId: payer.cardId })).toMatchObject({
      paymentMethodId: payer.cardId,
    })
  })

  it('asks Stripe for nothing where it is switched off', async () => {
    const payer = await openPayer(container(), stripe)
    await update(payer, ON)
    await stripe.forgetRequests()
    const ctx = await payer.context()
    expect(await disableAutoTopUp(ctx)).toMatchObject({ ...ON, enabled: false })
    expect(await disableAutoTopUp(ctx)).toMatchObject({ enabled: false })
    expect(await stripe.requests()).toEqual([])
  })

  it('is told field by field what is wrong, and changes nothing then', async () => {
    const payer = await openPayer(container(), stripe)
    await expect(update(payer, { enabled: true, amount: usdFromCents(99) })).rejects.toMatchObject({
      code: 'invalid_input',
      fields: { fieldErrors: { amount: [expect.any(String)], threshold: [expect.any(String)] } },
    })
    expect((await read(payer)).updatedAt).toBeNull()
  })

  it('at the same moment as other changes loses none of them', async () => {
    const payer = await openPayer(container(), stripe)
    const outcomes = await Promise.allSettled([
      update(payer, { threshold: dollars(7) }),
      update(payer, { amount: dollars(30) }),
      update(payer, { monthlyCap: dollars(90) }),
      update(payer, { scheduledAmount: dollars(5), dayOfMonth: 3 }),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'))
    expect(await read(payer)).toMatchObject({
      threshold: dollars(7),
      amount: dollars(30),
      monthlyCap: dollars(90),
      scheduledAmount: dollars(5),
      dayOfMonth: 3,
    })
  })

  it('is for who may pay', async () => {
    const payer = await openPayer(container(), stripe)
    const ctx = await payer.context()
    const looker = {
      ...ctx,
      actor: {
        kind: 'user',
        userId: 'u',
        role: 'viewer',
        accountId: payer.accountId,
        scopes: ['billing:read'],
      },
    } as const
    for (const deed of [
      updateAutoTopUp(looker, ON),
      disableAutoTopUp(looker),
      testAutoTopUp(looker, { idempotencyKey: null }),
    ]) {
      await expect(deed).rejects.toMatchObject({ code: 'forbidden' })
    }
    expect(await getAutoTopUp(looker)).toMatchObject({ enabled: false })
  })
})

describe('two hundred triggers at once, over two instances', () => {
  it('charge once, and once again when the pause is over', async () => {
    const payer = await openPayer(container(), stripe)
    await update(payer, { ...ON, threshold: dollars(1_000) })
    expect(await charges(payer)).toHaveLength(1)
    for (const count of [2, 3]) {
      await stripe.advance(2 * MINUTES)
      const contexts = [await system(), await system(another())]
      await Promise.all(
        Array.from({ length: 200 }, async (_, i) => {
          const ctx = contexts[i % 2] ?? (await system())
          return topUpAccount(ctx, { accountId: payer.accountId, trigger: 'threshold' })
        }),
      )
      expect(await charges(payer)).toHaveLength(count)
    }
    expect(await deposits(payer)).toHaveLength(3)
  })
})

describe('the job', () => {
  it('tops up whoever spends below the threshold, and nobody else', async () => {
    const [low, high, off] = [
      await openPayer(container(), stripe),
      await openPayer(container(), stripe),
      await openPayer(container(), stripe),
    ]
    for (const payer of [low, high, off]) await update(payer, ON)
    await disableAutoTopUp(await off.context())
    await stripe.advance(2 * MINUTES)
    for (const payer of [low, off]) await spend(payer, 1_501)
    await spend(high, 1_500)
    await topUpAccounts(container())
    expect([await charges(low), await charges(high), await charges(off)]).toEqual([
      [2_500, 2_500],
      [2_500],
      [2_500],
    ])
    expect(await balanceOf(low)).toBe(34_990_000n)
  })

  it('leaves a subscribed account alone until its subscription has ended', async () => {
    const payer = await openPayer(container(), stripe)
    await buyOneFor(payer)
    await update(payer, { ...ON, enabled: false })
    await subscribe(container(), stripe, payer)
    const before = await charges(payer)
    expect(await update(payer, { enabled: true })).toMatchObject({ paused: true, topUp: null })
    await topUpAccounts(container())
    expect(await charges(payer)).toEqual(before)
    await expect(tryOut(payer)).rejects.toMatchObject({ code: 'subscription_active' })
  })

  it('asks a declining card three times in 4.5 hours of constant spending, and then no more', async () => {
    const payer = await openPayer(container(), stripe)
    await update(payer, { ...ON, threshold: dollars(1) })
    await stripe.client.customers.update(payer.customerId, {
      invoice_settings: {
        default_payment_method: await saveCard(stripe, payer.customerId, 'pm_card_chargeCustomerFail'),
      },
    })
    await stripe.forgetRequests()
    for (let minutes = 0; minutes < 270; minutes += 3) {
      await spend(payer, 900)
      await topUpAccounts(container())
      await stripe.advance(3 * MINUTES)
    }
    expect((await stripe.requests()).filter(({ path }) => path.endsWith('/pay'))).toHaveLength(3)
    expect(await read(payer)).toMatchObject({
      enabled: false,
      stoppedReason: 'charges_failed',
      lastFailure: 'generic_decline',
    })
    const mails = await database.db.sql<{ template: string }[]>`
      select template from mail where account_id = ${payer.accountId} and template = 'auto-top-up-stopped'`
    expect(mails).toHaveLength(1)
    await sendMail(container())
  })

  it('switches itself off, asking no bank, where the card is gone', async () => {
    const payer = await openPayer(container(), stripe)
    await update(payer, { ...ON, paymentMethodId: payer.cardId })
    await stripe.client.paymentMethods.detach(payer.cardId)
    await stripe.advance(2 * MINUTES)
    await spend(payer, 2_000)
    await stripe.forgetRequests()
    for (let round = 0; round < 3; round++) await topUpAccounts(container())
    expect((await stripe.requests()).filter(({ method }) => method === 'POST')).toEqual([])
    expect(await read(payer)).toMatchObject({ enabled: false, stoppedReason: 'payment_method_missing' })
    const cardId = await saveCard(stripe, payer.customerId, 'pm_card_visa')
    expect(await update(payer, { enabled: true, paymentMethodId: cardId })).toMatchObject({
      enabled: true,
      stoppedReason: null,
      topUp: { state: 'succeeded' },
    })
  })

  it('waits for a customer whose bank wants them, for as long as their link lives, and asks once', async () => {
    const payer = await openPayer(container(), stripe, 'pm_card_authenticationRequired')
    expect(await update(payer, ON)).toMatchObject({ topUp: { state: 'requires_action' }, inFlight: true })
    await stripe.forgetRequests()
    for (let hour = 0; hour < 23; hour++) {
      await stripe.advance(60 * MINUTES)
      await topUpAccounts(container())
      await resolvePurchases(container())
    }
    expect((await stripe.requests()).filter(({ path }) => path.endsWith('/pay'))).toEqual([])
    await stripe.advance(120 * MINUTES)
    await resolvePurchases(container())
    expect(await history(payer)).toMatchObject([{ state: 'failed', failureReason: 'confirmation_expired' }])
    const mails = await database.db.sql`select 1 from mail where account_id = ${payer.accountId}`
    expect(mails).toHaveLength(1)
  })

  it('follows the schedule whatever the balance is, and threshold and schedule end at the day’s limit', async () => {
    const payer = await openPayer(container(), stripe)
    const { dayOfMonth } = await tomorrow(payer)
    const schedule = { scheduledEnabled: true, scheduledAmount: dollars(490), dayOfMonth }
    await update(payer, { ...ON, ...schedule })
    expect(await charges(payer)).toEqual([2_500])
    await stripe.advance(24 * 60 * MINUTES)
    await topUpAccounts(container())
    await topUpAccounts(container())
    expect(await charges(payer)).toEqual([49_000, 2_500])
    await spend(payer, 60_000)
    await stripe.advance(2 * MINUTES)
    await topUpAccounts(container())
    expect(await history(payer)).toMatchObject([
      { trigger: 'threshold', state: 'failed', failureReason: 'daily_limit_exceeded', paymentMethodId: null },
      { trigger: 'scheduled', state: 'succeeded' },
      { trigger: 'threshold', state: 'succeeded' },
    ])
  })
})

describe('whatever fails on the way', () => {
  it('a claim whose holder was killed is charged by the next who looks, once', async () => {
    const payer = await openPayer(container(), stripe)
    await update(payer, { ...ON, threshold: dollars(100) })
    await stripe.advance(2 * MINUTES)
    const claim = { accountId: payer.accountId, trigger: 'threshold', idempotencyKey: null } as const
    expect(await claimAutoTopUp(await system(), claim)).toMatchObject({ status: 'claimed' })
    await topUpAccounts(container())
    expect(await charges(payer)).toHaveLength(1)
    await Promise.all([resolvePurchases(container()), resolvePurchases(another())])
    expect(await charges(payer)).toHaveLength(2)
    expect(await deposits(payer)).toHaveLength(2)
  })

  it.each(['500', '500-after', 'reset-before', 'reset-after', 'truncate'])(
    'an answer to the charge that is lost, by %s, leaves one charge under way, and then one charge',
    async (kind) => {
      const payer = await openPayer(container(), stripe)
      await update(payer, { ...ON, enabled: false })
      await stripe.plan({ requests: [{ method: 'POST', path: '/v1/invoices/:id/pay', kind, times: 20 }] })
      await update(payer, { enabled: true })
      for (let round = 0; round < 3; round++) {
        await topUpAccounts(container()).catch(() => {})
        await topUpAccount(await system(another()), { accountId: payer.accountId, trigger: 'threshold' })
      }
      expect(await history(payer)).toHaveLength(1)
      await stripe.calm()
      await database.db
        .sql`select leave_purchase(id, interval '0') from purchase where account_id = ${payer.accountId}`
      await resolvePurchases(container())
      expect(await charges(payer)).toEqual([2_500])
      expect(await deposits(payer)).toEqual([25_000_000n])
      expect(await history(payer)).toMatchObject([{ state: 'succeeded' }])
    },
  )

  it('while Stripe is away, an account loses one attempt an hour and is not switched off', async () => {
    const payer = await openPayer(container(), stripe)
    await update(payer, { ...ON, threshold: dollars(100) })
    await stripe.advance(2 * MINUTES)
    await stripe.plan({
      requests: [{ method: 'GET', path: '/v1/customers/:id', kind: 'reset-before', times: 100 }],
    })
    for (let round = 0; round < 3; round++) await topUpAccounts(container()).catch(() => {})
    await stripe.calm()
    expect(await history(payer)).toMatchObject([
      { state: 'failed', failureReason: 'payment_provider_unavailable' },
      { state: 'succeeded' },
    ])
    expect(await read(payer)).toMatchObject({ enabled: true })
    await stripe.advance(60 * MINUTES)
    await topUpAccounts(container())
    expect(await charges(payer)).toHaveLength(2)
  })
})

describe('trying it out', () => {
  it('charges for real, whatever the balance, also while it is off, and counts under the day’s limit', async () => {
    const payer = await openPayer(container(), stripe)
    await update(payer, { ...ON, enabled: false, amount: dollars(200) })
    expect(await tryOut(payer)).toMatchObject({ amount: dollars(200), balance: dollars(200) })
    expect(await tryOut(payer)).toMatchObject({ balance: dollars(400) })
    await expect(tryOut(payer)).rejects.toMatchObject({ code: 'daily_limit_exceeded' })
    expect(await read(payer)).toMatchObject({ today: { charged: dollars(400), count: 2 } })
    expect(await history(payer)).toMatchObject([{ trigger: 'test' }, { trigger: 'test' }])
  })

  it('is refused where nothing is set, and where the month has no room', async () => {
    const payer = await openPayer(container(), stripe)
    await expect(tryOut(payer)).rejects.toMatchObject({ code: 'auto_top_up_not_configured' })
    await update(payer, { amount: dollars(25), monthlyCap: dollars(20) })
    await expect(tryOut(payer)).rejects.toMatchObject({ code: 'conflict' })
    const customer = await openCustomer(container())
    await update(customer, { amount: dollars(25) })
    await expect(tryOut(customer)).rejects.toMatchObject({ code: 'payment_method_missing' })
    expect(await charges(payer)).toEqual([])
  })

  it('tells why a card was declined, and after three refuses for a while', async () => {
    const payer = await openPayer(container(), stripe, 'pm_card_chargeCustomerFail')
    await update(payer, { amount: dollars(25) })
    for (let i = 0; i < 3; i++) {
      await expect(tryOut(payer)).rejects.toMatchObject({
        code: 'payment_declined',
        details: { decline_reason: 'generic_decline' },
      })
    }
    await expect(tryOut(payer)).rejects.toMatchObject({ code: 'rate_limited' })
  })

  it('is done once for its key, by twenty at once, and told again', async () => {
    const payer = await openPayer(container(), stripe)
    await update(payer, { amount: dollars(25) })
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => tryOut(payer, 'key-1')))
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'in_flight' })
    }
    expect(await tryOut(payer, 'key-1')).toMatchObject({ balance: dollars(25) })
    expect(await charges(payer)).toEqual([2_500])
  })

  it('waits for a charge that is under way', async () => {
    const payer = await openPayer(container(), stripe, 'pm_card_authenticationRequired')
    await update(payer, { amount: dollars(25) })
    await expect(tryOut(payer)).rejects.toMatchObject({ code: 'authentication_required' })
    await expect(tryOut(payer)).rejects.toMatchObject({ code: 'authentication_required' })
    expect(await history(payer)).toHaveLength(1)
  })
})

/** The day of the month that begins next, where every month has it; else the day after that. */
async function tomorrow(customer: Customer): Promise<{ dayOfMonth: number }> {
  for (;;) {
    const now = (await customer.context()).now()
    const dayOfMonth = new Date(now.getTime() + 24 * 60 * MINUTES * 1000).getUTCDate()
    if (dayOfMonth <= 28) return { dayOfMonth }
    await stripe.advance(24 * 60 * MINUTES)
  }
}

/** A number, and what its first month costs. */
async function buyOneFor(payer: Payer): Promise<void> {
  await update(payer, { amount: dollars(25) })
  await tryOut(payer)
  await buyOne(payer)
}
