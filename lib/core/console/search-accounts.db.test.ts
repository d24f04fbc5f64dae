import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { STAFF_SCOPES, type Actor } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { releaseNumber } from '@/lib/core/numbers/release-number'
import { purchaseCredits } from '@/lib/core/purchases/purchase-credits'
import { settleCheckout } from '@/lib/core/top-ups/settle-checkout'
import { getWallet } from '@/lib/core/wallets/get-wallet'
import { usdFromCents } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { eventsOf, receive } from '@/lib/testing/inbox'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { openPayer } from '@/lib/testing/purchases'
import { SYSTEM } from '@/lib/testing/test-context'
import { useTestContainer } from '@/lib/testing/test-container'
import { startTopUp, type TopUp } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { searchAccounts } from './search-accounts'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

const STAFF: Actor = {
  kind: 'staff',
  userId: '00000000-0000-4000-8000-000000000000',
  scopes: STAFF_SCOPES,
}

let ctx: Context
let mara: TestAccount
let other: TestAccount
let topUp: TopUp
/** Stripe's ids of what was paid. */
let paid: { invoice: string; payment: string; charge: string; customer: string; event: string }

/** Nothing is expanded where it is not asked for. */
const idOf = (value: unknown): string => (typeof value === 'string' ? value : '')

beforeAll(async () => {
  const { db } = database
  mara = await openTestAccount(db)
  other = await openTestAccount(db)
  await db.sql`update account set name = 'Müller & Søn', slug = 'mueller-soen' where id = ${mara.accountId}`
  await db.sql`
    update "user" set name = 'Mara Lindqvist', email = 'mara.lind+work@talktime.example'
      where id = (select user_id from member where account_id = ${mara.accountId})`
  topUp = await startTopUp(container(), {
    accountId: mara.accountId,
    context: () => makeContext(container(), mara.owner, 'req_test'),
  })
  await stripe.pay(topUp.sessionId, { cents: 2_500, number: '5555555555554444', save: true })
  await settleCheckout(await makeContext(container(), mara.owner, 'req_test'), topUp.sessionId)
  const events = await eventsOf(stripe.client, topUp.sessionId)
  await receive(container(), events)
  const session = await stripe.client.checkout.sessions.retrieve(topUp.sessionId)
  const payments = await stripe.client.invoicePayments.list({ invoice: idOf(session.invoice) })
  const payment = idOf(payments.data[0]?.payment.payment_intent)
  const intent = await stripe.client.paymentIntents.retrieve(payment)
  paid = {
    invoice: idOf(session.invoice),
    payment,
    charge: idOf(intent.latest_charge),
    customer: idOf(session.customer),
    event: events[0]?.id ?? '',
  }
})

beforeEach(async () => {
  ctx = await makeContext(container(), STAFF, 'req_test')
  await stripe.calm()
})

/** What was found of whom, as `kind: detail`. */
async function found(text: string): Promise<readonly string[]> {
  const { hits } = await searchAccounts(ctx, text)
  return hits.map(({ accountId, kind, detail }) => {
    const whose = accountId === mara.accountId ? 'mara' : 'other'
    return detail === null ? `${whose} by ${kind}` : `${whose} by ${kind}: ${detail}`
  })
}

describe('an account is found', () => {
  it.each(['Müller', 'muller', 'MÜL', 'son', 'müller søn', 'Søn, Müller'])(
    'by its name: %s',
    async (text) => {
      // ø is a letter of its own and no o with a mark.
      expect(await found(text)).toEqual(text === 'son' ? [] : ['mara by name'])
    },
  )

  it('by its slug, whole or from the beginning of a word', async () => {
    expect(await found('mueller-soen')).toEqual(['mara by slug'])
    expect(await found('MUELLER-SOEN')).toEqual(['mara by slug'])
    expect(await found('soe')).toEqual(['mara by name'])
  })

  it.each(['mara.lind+work@talktime.example', 'Mara.Lind', 'lindqvist mara', 'talktime.exam'])(
    'by someone in it: %s',
    async (text) => {
      expect(await found(text)).toEqual(['mara by person: Mara Lindqvist, mara.lind+work@talktime.example'])
    },
  )

  it('by a whole e-mail address, before all others with the same words', async () => {
    const { db } = database
    await db.sql`
      with people as (
        insert into "user" (email) select 'jo.' || n || '@me.example' from generate_series(1, 60) as n returning id)
      insert into member (account_id, user_id, role) select ${other.accountId}, id, 'viewer' from people`
    await db.sql`
      with people as (insert into "user" (email) values ('jo@me.example') returning id)
      insert into member (account_id, user_id, role) select ${mara.accountId}, id, 'viewer' from people`
    for (const text of ['jo@me.example', 'Jo@Me.example', 'jo＠me.example']) {
      const [first, ...rest] = await found(text)
      expect(first).toBe('mara by person: jo@me.example')
      expect(rest).not.toContain(first)
    }
    await db.sql`delete from member where user_id in (select id from "user" where email like 'jo%@me.example')`
  })

  it('by a number, however it is written, and by its last digits', async () => {
    const [held] = (await getWallet(await makeContext(container(), mara.owner, 'req_test'))).numbers
    const number = held?.number ?? ''
    const [, area = '', exchange = '', line = ''] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number) ?? []
    for (const text of [
      number,
      `1${area}${exchange}${line}`,
      `(${area}) ${exchange}-${line}`,
      exchange + line,
      line,
    ]) {
      expect(await found(text), text).toEqual([`mara by number: ${number}`])
    }
  })

  it('by a number that it has released', async () => {
    const context = await makeContext(container(), other.owner, 'req_test')
    const [held] = (await getWallet(context)).numbers
    await releaseNumber(context, held?.id ?? '')
    const number = held?.number ?? ''
    expect(await found(number)).toEqual([`other by released-number: ${number}`])
  })

  it('by the last digits of a card that was saved in Checkout', async () => {
    expect(await found('4444')).toEqual(['mara by card: Mastercard 4444'])
  })

  it('by the last digits of a card that was charged without Checkout', async () => {
    const payer = await openPayer(container(), stripe)
    const { purchaseId } = await purchaseCredits(await payer.context(), {
      amount: usdFromCents(1_000),
      paymentMethodId: null,
      idempotencyKey: null,
    })
    expect(await found('4242')).toEqual(['other by card: Visa 4242'])
    expect(await found(purchaseId)).toEqual([`other by order: ${purchaseId}`])
  })

  it('by what Stripe and we call what was bought, without asking Stripe', async () => {
    await stripe.forgetRequests()
    expect(await found(String(mara.accountId))).toEqual(['mara by account'])
    expect(await found(topUp.orderId)).toEqual([`mara by order: ${topUp.orderId}`])
    expect(await found(topUp.sessionId)).toEqual([`mara by checkout: ${topUp.sessionId}`])
    expect(await found(paid.invoice)).toEqual([`mara by invoice: ${paid.invoice}`])
    expect(await found(paid.customer)).toEqual([`mara by customer: ${paid.customer}`])
    expect(await found(paid.event)).toEqual([`mara by event: ${paid.event}`])
    expect(await stripe.requests()).toEqual([])
  })

  it('by a payment and by a charge, which Stripe knows the invoice of', async () => {
    expect(await found(paid.payment)).toEqual([`mara by payment: ${paid.payment}`])
    expect(await found(paid.charge)).toEqual([`mara by payment: ${paid.charge}`])
  })

  it('by an invoice that we never made, of its customer', async () => {
    const { id } = await stripe.client.invoices.create({ customer: paid.customer, auto_advance: false })
    expect(await found(id)).toEqual([`mara by invoice: ${id}`])
  })
})

describe('what cannot be found', () => {
  it.each([
    'pi_unknown',
    'ch_unknown',
    'in_unknown',
    'evt_unknown',
    'x',
    '&',
    "'); --",
    '%',
    '\\',
    ' ',
    '999999',
    '@',
    "@':*|!&<->()",
    '\u{1f600}'.repeat(100),
    // One sign that stands for a sentence of eighteen letters.
    '\ufdfa'.repeat(200),
    'é'.repeat(200),
    'x '.repeat(100),
    '\ud800',
  ])('is nothing, and no error: %s', async (text) => {
    expect(await searchAccounts(ctx, text)).toEqual({ hits: [], hasMore: false, isProviderAway: false })
  })

  it('says so where Stripe would have to be asked and does not answer', async () => {
    await stripe.plan({ rates: { '500': 1 } })
    expect(await searchAccounts(ctx, paid.payment)).toMatchObject({ hits: [], isProviderAway: true })
  })

  it('is not found for who is no staff', async () => {
    for (const actor of [mara.owner, SYSTEM, { ...STAFF, scopes: [] }]) {
      const denied = await makeContext(container(), actor, 'req_test')
      await expect(searchAccounts(denied, 'mara')).rejects.toMatchObject({ code: 'forbidden' })
    }
  })
})

it('shows twenty of a kind and says that there are more', async () => {
  await database.db.sql`
    insert into account (name, slug) select 'Crowd ' || n, 'crowd-' || n from generate_series(1, 30) as n`
  const { hits, hasMore } = await searchAccounts(ctx, 'crowd')
  expect(hits).toHaveLength(20)
  expect(hasMore).toBe(true)
  expect(await searchAccounts(ctx, 'crowd 30')).toMatchObject({
    hits: [{ slug: 'crowd-30' }],
    hasMore: false,
  })
})

it('reads no table from one end to the other, whatever is looked for', async () => {
  const connection = await database.db.sql.reserve()
  try {
    const texts = [
      'Mara Lindqvist',
      'mara.lind+work@talktime.example',
      '4444',
      '(212) 555-0187',
      String(mara.accountId),
      ...Object.values(paid),
    ]
    for (const text of [...texts, topUp.sessionId, topUp.orderId]) {
      // What this connection did before is counted with it until it is written down.
      await connection`select pg_stat_force_next_flush()`
      await connection`begin`
      await connection`select from search_accounts(${text}, 20)`
      const scanned = await connection`
        select relname from pg_stat_xact_user_tables where seq_scan > 0`
      await connection`rollback`
      expect(scanned, text).toEqual([])
    }
  } finally {
    connection.release()
  }
})
