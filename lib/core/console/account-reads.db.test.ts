import { beforeAll, describe, expect, it } from 'vitest'
import { updateAlertPreferences } from '@/lib/core/alerts/update-alert-preferences'
import type { Context } from '@/lib/core/context'
import { inviteMember } from '@/lib/core/members/invite-member'
import { purchaseCredits } from '@/lib/core/purchases/purchase-credits'
import { settleCheckout } from '@/lib/core/top-ups/settle-checkout'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { usd, usdFromCents } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { openPayer, type Payer } from '@/lib/testing/purchases'
import { addStaff, type StaffActor } from '@/lib/testing/staff'
import { SYSTEM } from '@/lib/testing/test-context'
import { useTestContainer } from '@/lib/testing/test-container'
import { startTopUp } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { findConsoleAccount } from './find-console-account'
import { openConsoleAccount } from './open-console-account'
import { getAlertState } from './get-alert-state'
import { getStripeObjects } from './get-stripe-objects'
import { listAccounts } from './list-accounts'
import { listGrants } from './list-grants'
import { listLedgerAccounts } from './list-ledger-accounts'
import { listMails } from './list-mails'
import { listOrders } from './list-orders'
import { listPostings } from './list-postings'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

let staff: StaffActor
let ctx: Context
let payer: Payer
let accountId: bigint
/** Of a payment by Checkout of 25.00, and of one that the bank declined. */
let invoiceId: string
let declined: string

const use = async (id: string, cents: number) => {
  const context = await payer.context()
  const event = { id, numberId: null, fareName: 'Call', billedQuantity: 1, occurredAt: context.now() }
  await recordUsage(context, [{ ...event, amount: usdFromCents(cents) }])
}

beforeAll(async () => {
  staff = await addStaff(database.db)
  ctx = await makeContext(container(), staff, 'req_test')
  payer = await openPayer(container(), stripe, 'pm_card_chargeCustomerFail')
  accountId = payer.accountId
  await use('first', 300)
  const { sessionId } = await startTopUp(container(), payer)
  await stripe.pay(sessionId, { cents: 2_500 })
  await settleCheckout(await payer.context(), sessionId)
  const { invoice } = await stripe.client.checkout.sessions.retrieve(sessionId)
  invoiceId = typeof invoice === 'string' ? invoice : ''
  await use('second', 125)
  const purchase = { amount: usdFromCents(1_000), paymentMethodId: null, idempotencyKey: null }
  await expect(purchaseCredits(await payer.context(), purchase)).rejects.toMatchObject({
    code: 'payment_declined',
  })
  const { orders } = await listOrders(ctx, { accountId, after: null })
  declined = orders[0]?.id ?? ''
})

describe('the ledger of an account', () => {
  it('is told by its own chart, of which all together is nothing', async () => {
    const { accounts, sum, wallet } = await listLedgerAccounts(ctx, accountId)
    expect(accounts.map(({ kind }) => kind)).toEqual([
      'overdraft',
      'held',
      'stripe',
      'subscriptions',
      'promotions',
      'usage',
      'rent',
      'expired',
      'refunds',
      'disputes',
      'grant',
    ])
    const balances = Object.fromEntries(accounts.map(({ kind, balance }) => [kind, balance.micros]))
    expect(balances).toMatchObject({ stripe: -25_000_000n, usage: 4_250_000n, grant: 20_750_000n })
    expect(sum).toEqual(usd(0n))
    expect(wallet).toEqual(usd(20_750_000n))
  })

  it('has a grant for each credit, with what repaid overdraft and what is left', async () => {
    const { items, nextBefore } = await listGrants(ctx, { accountId, before: null })
    expect(items).toMatchObject([
      {
        category: 'purchased',
        code: 'deposit_card',
        reference: invoiceId,
        expiresAt: null,
        total: usd(25_000_000n),
        left: usd(20_750_000n),
        clawedBack: usd(0n),
      },
    ])
    expect(nextBefore).toBeNull()
  })

  it('lists postings with their transfers, the balances running on from one to the next', async () => {
    const { items } = await listPostings(ctx, { accountId, before: null })
    const [second, deposit, first] = items
    const grant = { kind: 'grant', grantId: deposit?.id }
    expect(second).toMatchObject({ code: 'usage', reference: 'usage:second', wallet: usd(20_750_000n) })
    expect(second?.transfers).toEqual([
      {
        from: { ...grant, balance: usd(20_750_000n) },
        to: { kind: 'usage', grantId: null, balance: usd(4_250_000n) },
        amount: usd(1_250_000n),
      },
    ])
    expect(deposit).toMatchObject({ code: 'deposit_card', reference: invoiceId, total: usd(25_000_000n) })
    expect(deposit?.transfers).toEqual([
      {
        from: { kind: 'stripe', grantId: null, balance: usd(-3_000_000n) },
        to: { kind: 'overdraft', grantId: null, balance: usd(0n) },
        amount: usd(3_000_000n),
      },
      {
        from: { kind: 'stripe', grantId: null, balance: usd(-25_000_000n) },
        to: { ...grant, balance: usd(22_000_000n) },
        amount: usd(22_000_000n),
      },
    ])
    expect(first).toMatchObject({ code: 'usage', wallet: usd(-3_000_000n), target: null })
  })

  it('is read page by page, each thing once', async () => {
    const crowd = await openPayer(container(), stripe)
    const context = await crowd.context()
    await recordUsage(
      context,
      Array.from({ length: 70 }, (_, index) => ({
        id: `crowd-${String(index)}`,
        numberId: null,
        fareName: 'Call',
        billedQuantity: 1,
        amount: usd(1n),
        occurredAt: context.now(),
      })),
    )
    const seen: string[] = []
    let before: bigint | null = null
    for (let page = 0; page < 3; page++) {
      const read: Awaited<ReturnType<typeof listPostings>> = await listPostings(ctx, {
        accountId: crowd.accountId,
        before,
      })
      seen.push(...read.items.map(({ reference }) => reference))
      before = read.nextBefore
    }
    expect(before).toBeNull()
    expect(new Set(seen).size).toBe(70)
    expect(seen).toHaveLength(70)
  })
})

describe('what an account has at Stripe', () => {
  it('begins with its customer, and has an order for each try', async () => {
    expect(await getStripeObjects(ctx, accountId)).toEqual({
      customerId: payer.customerId,
      subscription: null,
      subscriptionOrders: [],
      subscriptionInvoices: [],
      collections: [],
      autoTopUp: null,
    })
    const { orders, nextAfter } = await listOrders(ctx, { accountId, after: null })
    expect(nextAfter).toBeNull()
    expect(orders).toMatchObject([
      {
        id: declined,
        amount: usd(10_000_000n),
        settledAt: null,
        attempt: {
          trigger: 'manual',
          state: 'failed',
          failureCode: 'card_declined',
          method: { brand: 'visa' },
        },
      },
      { state: 'paid', amount: usd(25_000_000n), invoiceId, attempt: null },
    ])
  })

  it('is read on after an order', async () => {
    const { orders } = await listOrders(ctx, { accountId, after: declined })
    expect(orders).toMatchObject([{ state: 'paid' }])
  })
})

describe('what the people of an account are told', () => {
  it('is listed without what stands in it', async () => {
    await inviteMember(await payer.context(), { email: 'guest@example.com', role: 'viewer' })
    const { items } = await listMails(ctx, { accountId, before: null })
    expect(items).toMatchObject([
      { template: 'invitation', recipient: 'guest@example.com', state: 'queued', sentAt: null, error: null },
    ])
    expect(Object.keys(items[0] ?? {})).not.toContain('data')
  })

  it('is what they have set', async () => {
    expect(await getAlertState(ctx, accountId)).toEqual({ lowBalance: null, muted: [] })
    await updateAlertPreferences(await payer.context(), {
      lowBalanceThreshold: usdFromCents(500),
      muted: ['renewal'],
    })
    expect(await getAlertState(ctx, accountId)).toMatchObject({
      lowBalance: { threshold: usdFromCents(500), toldAt: null },
      muted: [{ alerts: ['renewal'] }],
    })
  })
})

describe('accounts', () => {
  it('are listed newest first and found by their id, others are none', async () => {
    const { items } = await listAccounts(ctx, null)
    expect(items.map(({ id }) => id)).toEqual(items.map(({ id }) => id).toSorted((a, b) => (a < b ? 1 : -1)))
    for (const read of [findConsoleAccount, openConsoleAccount]) {
      expect(await read(ctx, accountId)).toMatchObject({ id: accountId, name: 'Ada' })
      expect(await read(ctx, 999_999n)).toBeNull()
    }
    expect((await listAccounts(ctx, accountId)).items).toEqual([])
  })

  it('are in the audit log once a day for each of the staff who opens them', async () => {
    const ada = await addStaff(database.db)
    const bob = await addStaff(database.db)
    const nextDay = new Date(ctx.now().getTime() + 86_400_000)
    for (const [actor, at] of [
      [ada, ctx.now()],
      [ada, ctx.now()],
      [bob, ctx.now()],
      [ada, nextDay],
      [ada, nextDay],
    ] as const) {
      await openConsoleAccount({ ...ctx, actor, now: () => at }, accountId)
    }
    const rows = await database.db.sql<{ staff: string }[]>`
      select staff_user_id as staff from audit_event
       where action = 'account.opened' and account_id = ${accountId}
         and staff_user_id in (${ada.userId}, ${bob.userId}) order by id`
    expect(rows.map(({ staff: who }) => who)).toEqual([ada.userId, bob.userId, ada.userId])
  })

  it('are shown to staff alone', async () => {
    const owner = await payer.context()
    const scopeless: Context = { ...ctx, actor: { ...staff, scopes: [] } }
    const system = await makeContext(container(), SYSTEM, 'req_test')
    const page = { accountId, before: null }
    for (const other of [owner, scopeless, system]) {
      for (const read of [
        () => listAccounts(other, null),
        () => findConsoleAccount(other, accountId),
        () => openConsoleAccount(other, accountId),
        () => listLedgerAccounts(other, accountId),
        () => listGrants(other, page),
        () => listPostings(other, page),
        () => listOrders(other, { accountId, after: null }),
        () => getStripeObjects(other, accountId),
        () => listMails(other, page),
        () => getAlertState(other, accountId),
      ]) {
        await expect(read()).rejects.toMatchObject({ code: 'forbidden' })
      }
    }
  })
})
