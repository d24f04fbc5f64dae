import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { changeNumber } from '@/lib/core/numbers/change-number'
import { openDatabase } from '@/lib/db/client'
import { invariant } from '@/lib/kit/assert'
import { newId } from '@/lib/kit/ids'
import { makeContext } from '@/lib/server/container'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { BILLING, useDial } from '@/lib/testing/use-dial'
import type { BillingResponse } from './contract'

/** The published example of get-billing. */
const example = JSON.parse(
  readFileSync(new URL('./source/dial-billing.response.json', import.meta.url), 'utf8'),
) as Omit<BillingResponse, 'numbersReleaseAt' | 'recentUsage'>

const CUSTOMER = 'cus_example'
const SUBSCRIPTION = 'sub_example'
const given = <T>(value: T | null | undefined): T => {
  invariant(value != null, 'the example has it')
  return value
}
const [supportLine, sales] = [given(example.numbers[0]), given(example.numbers[1])]
const [topUp, welcome] = [given(example.deposits[0]), given(example.deposits[1])]
const { periodStart, periodEnd, quantity } = given(example.subscription)
const SIGNED_UP = new Date(welcome.createdAt)

const dial = useDial()
let answered: Record<string, unknown>

/** Opened when the example's welcome credit was given, with the rest of its credit and its numbers' names. */
async function openAccount(): Promise<TestAccount> {
  const { db } = dial.database
  const account = await openTestAccount(db, { welcomeCents: welcome.amountCents, now: SIGNED_UP })
  const rest = example.balanceCents - example.deposits.reduce((sum, { amountCents }) => sum + amountCents, 0)
  await db.sql`
    select ledger.grant_credit(${account.accountId}, 'deposit_card', ${given(topUp.invoiceId)}, 'purchased', 0,
        ${micros(topUp.amountCents)}, 0, null, ${topUp.createdAt}, ${topUp.createdAt}),
      ledger.grant_credit(${account.accountId}, 'allowance', 'a plan', 'allowance', 0,
        0, ${micros(rest)}, null, ${SIGNED_UP}, ${SIGNED_UP})`
  return account
}

/**
 * Three units are paid for while one number is held, so it is covered; the other was held later, and as where its share
 * was declined it stays pay as you go.
 */
async function coverNumbers({ accountId, owner }: TestAccount): Promise<void> {
  const tables = openDatabase(dial.database.ownerUrl, { poolSize: 1, applicationName: 'talktime-test' })
  const hold = (number: typeof sales, at: string | Date) => tables.sql`
    select hold_number(${accountId}, ${number.id}, ${number.number}, '{}', 100, ${at})`
  const { sql } = dial.database.db
  await sql`update account set stripe_customer_id = ${CUSTOMER} where id = ${accountId}`
  // The number that every account opens with was given up on the same day.
  await sql`
    select release_number(${accountId}, id, 0, interval '30 days', ${SIGNED_UP})
      from phone_number where account_id = ${accountId}`
  await hold(supportLine, SIGNED_UP)
  await sql`
    select converge_subscription(1, ${SUBSCRIPTION}, ${CUSTOMER}, null, 'active', 'monthly', ${quantity},
      ${periodStart}, ${periodEnd}, false, null, null, ${periodStart})`
  await sql`
    select settle_subscription_invoice('in_example', ${SUBSCRIPTION}, ${CUSTOMER}, 'monthly', ${quantity},
      ${periodStart}, ${periodEnd}, false, '{}', 36000000, ${periodStart}, ${periodStart}, '{}')`
  await hold(sales, topUp.createdAt)
  const ctx = await makeContext(dial.container(), owner, newId('req'))
  for (const { id, nickname } of example.numbers) await changeNumber(ctx, id, { nickname: nickname ?? '' })
  await tables.close()
}

/** At Stripe: the customer with both methods, a card and a link, and the subscription. Made there, then given the ids. */
async function loadStripe(): Promise<void> {
  const { client, load } = dial.stripe
  const made = await client.customers.create()
  const card = await client.paymentMethods.attach('pm_card_visa', { customer: made.id })
  const { data } = await client.prices.list({ lookup_keys: ['talktime_number_monthly'] })
  const subscription = await client.subscriptions.create({
    customer: made.id,
    items: [{ price: data[0]?.id ?? '', quantity }],
    default_payment_method: card.id,
  })
  const methods = example.paymentMethods.map(({ id, type, email, expMonth, expYear }, index) => ({
    ...card,
    id,
    type,
    customer: CUSTOMER,
    created: card.created - index,
    card: type === 'card' ? { ...card.card, exp_month: expMonth, exp_year: expYear } : undefined,
    ...(type === 'link' ? { link: { email } } : {}),
  }))
  const chosen = example.paymentMethods.find(({ isDefault }) => isDefault)?.id
  const settings = { ...made.invoice_settings, default_payment_method: chosen }
  await load([
    { ...made, id: CUSTOMER, invoice_settings: settings },
    { ...subscription, id: SUBSCRIPTION, customer: CUSTOMER, default_payment_method: chosen },
    ...methods,
  ])
}

const micros = (cents: number) => BigInt(cents) * 10_000n

beforeAll(async () => {
  const account = await openAccount()
  await coverNumbers(account)
  await loadStripe()
  const pepper = dial.container().env.API_KEY_PEPPER
  const ctx = await makeContext(dial.container(), account.owner, newId('req'))
  const { key } = await createApiKey(ctx, { name: 'example', pepper })
  const { status, body } = await dial.answer(await dial.call(BILLING, {}, key))
  expect(status).toBe(200)
  answered = body as Record<string, unknown>
})

describe('the published example of GET /api/v1/billing, rebuilt with its ids', () => {
  it.each(Object.entries(example))('comes back with its %s', (field, value) => {
    expect(answered[field]).toEqual(value)
  })

  it('comes back in its order and with nothing else but our two additions', () => {
    const { numbersReleaseAt, recentUsage, ...rest } = answered
    expect(JSON.stringify(rest)).toBe(JSON.stringify(example))
    expect({ numbersReleaseAt, recentUsage }).toEqual({ numbersReleaseAt: null, recentUsage: [] })
  })
})
