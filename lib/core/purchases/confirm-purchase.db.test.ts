import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { drainJobs } from '@/lib/jobs/drain-jobs'
import { resolvePurchases } from '@/lib/jobs/resolve-purchases'
import { BillingError } from '@/lib/kit/errors'
import { newId } from '@/lib/kit/ids'
import { usdFromCents } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import {
  chargesOf,
  invoiceStatesOf,
  openPayer,
  payOnInvoicePage,
  saveCard,
  type Payer,
} from '@/lib/testing/purchases'
import { useTestContainer } from '@/lib/testing/test-container'
import { readBooks } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { chargePurchase } from './charge-purchase'
import { listOpenPurchases } from './list-open-purchases'
import { openPurchaseLink } from './open-purchase-link'
import { purchaseCredits, type PurchaseInput } from './purchase-credits'

const HOUR = 3_600
const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)
let owner: postgres.Sql
beforeAll(() => {
  owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
})
afterAll(() => owner.end())
afterEach(() => stripe.calm())

const system = () => makeContext(container(), { kind: 'system', name: 'test' }, newId('req'))
const buy = async (payer: Payer, wanted: Partial<PurchaseInput> = {}) =>
  purchaseCredits(await payer.context(), {
    amount: usdFromCents(2_500),
    paymentMethodId: null,
    idempotencyKey: null,
    ...wanted,
  })
const statesOf = async ({ accountId }: Payer) =>
  (
    await database.db.sql<{ state: string; failure_code: string | null }[]>`
      select state, failure_code from purchase where account_id = ${accountId} order by created_at, id`
  ).map((row) => (row.failure_code === null ? row.state : `${row.state}: ${row.failure_code}`))
const mailsOf = ({ accountId }: Payer) =>
  database.db.sql<{ template: string; data: { url: string } }[]>`
    select template, data from mail where account_id = ${accountId}`
const look = async (token: string) => openPurchaseLink(await system(), token)
const resolve = async () => {
  await owner`update purchase set due_at = clock_timestamp() where due_at > clock_timestamp()`
  await resolvePurchases(container())
}
const expectBooks = async (payer: Payer, cents: number[]) => {
  expect(await chargesOf(stripe, payer.customerId)).toEqual(cents)
  const deposits = cents.map((each) => usdFromCents(each).micros)
  const balance = deposits.reduce((sum, each) => sum + each, 0n)
  expect(await readBooks(container(), payer.accountId)).toEqual({ deposits, balance })
}

/** A purchase that waits for its customer, and the token of its link. */
async function waiting(idempotencyKey: string | null = null) {
  const payer = await openPayer(container(), stripe, 'pm_card_authenticationRequired')
  const error: unknown = await buy(payer, { idempotencyKey }).catch((reason: unknown) => reason)
  if (!(error instanceof BillingError)) throw new Error(`expected a refusal, got ${String(error)}`)
  const url = String(error.details?.['url'])
  return { payer, error, url, token: url.split('/').at(-1) ?? '' }
}
const pageOf = async (token: string) => {
  const link = await look(token)
  if (link?.state !== 'open') throw new Error(`the link is ${String(link?.state)}`)
  return link.confirmUrl
}

describe('a purchase whose bank wants the customer', () => {
  it('is refused with a link, which is mailed too, and charges nothing yet', async () => {
    const { payer, error, url } = await waiting()
    expect(error.code).toBe('authentication_required')
    expect(error.details).toEqual({ url, transaction_id: expect.stringMatching(/^ord_/) })
    expect(url).toMatch(/^http:\/\/localhost:3000\/pay\/[\w-]{43}$/)
    expect(await mailsOf(payer)).toEqual([
      {
        template: 'confirm-purchase',
        data: expect.objectContaining({ url, last4: '3184', automatic: false }),
      },
    ])
    expect(await invoiceStatesOf(stripe, payer.customerId)).toEqual(['open'])
    expect(await listOpenPurchases(await payer.context())).toMatchObject([
      { state: 'waiting', amount: usdFromCents(2_500), last4: '3184' },
    ])
    await expectBooks(payer, [])
  })

  it('keeps of the link only what lets nobody in', async () => {
    const { payer, token } = await waiting()
    const [row] = await database.db.sql<{ text: string }[]>`
      select p::text as text from purchase p where account_id = ${payer.accountId}`
    expect(row?.text).not.toContain(token)
  })

  it('is finished in the browser: the same invoice is paid, and the credit is there when the link is looked at', async () => {
    const { payer, token } = await waiting()
    await payOnInvoicePage(await pageOf(token), 'approved')
    await expectBooksPending(payer)
    expect(await look(token)).toMatchObject({ state: 'paid', amount: usdFromCents(2_500) })
    expect(await look(token)).toMatchObject({ state: 'paid' })
    await expectBooks(payer, [2_500])
    expect(await invoiceStatesOf(stripe, payer.customerId)).toEqual(['paid'])
    expect(await listOpenPurchases(await payer.context())).toEqual([])
  })

  it('is booked by Stripe’s event, too, once', async () => {
    const { payer, token } = await waiting()
    await payOnInvoicePage(await pageOf(token), 'approved')
    await Promise.all([drainJobs(container()), look(token)])
    await expectBooks(payer, [2_500])
    expect(await statesOf(payer)).toEqual(['succeeded'])
  })

  it('can be tried again after the customer said no', async () => {
    const { payer, token } = await waiting()
    await payOnInvoicePage(await pageOf(token), 'denied')
    await expectBooks(payer, [])
    await payOnInvoicePage(await pageOf(token), 'approved')
    await look(token)
    await expectBooks(payer, [2_500])
  })

  it('gives a retry with the same key the same link, and the credit once it was confirmed', async () => {
    const { payer, error, token } = await waiting('k1')
    await expect(buy(payer, { idempotencyKey: 'k1' })).rejects.toMatchObject({ details: error.details })
    expect(await mailsOf(payer)).toHaveLength(1)
    await payOnInvoicePage(await pageOf(token), 'approved')
    await look(token)
    expect(await buy(payer, { idempotencyKey: 'k1' })).toMatchObject({ balance: usdFromCents(2_500) })
  })

  it('is not charged again by whoever takes it up, and sends no second link', async () => {
    const { payer, error, token } = await waiting()
    const result = await chargePurchase(await system(), String(error.details?.['transaction_id']))
    expect(result.state).toBe('requires_action')
    await resolve()
    expect(await mailsOf(payer)).toHaveLength(1)
    expect(await look(token)).toMatchObject({ state: 'open' })
  })

  it('is closed when its link is over: the page sells nothing any more', async () => {
    const { payer, token } = await waiting()
    const page = await pageOf(token)
    await stripe.advance(25 * HOUR)
    expect(await look(token)).toMatchObject({ state: 'closed' })
    await resolve()
    expect(await statesOf(payer)).toEqual(['failed: confirmation_expired'])
    expect(await invoiceStatesOf(stripe, payer.customerId)).toEqual(['void'])
    await payOnInvoicePage(page, 'approved')
    await expectBooks(payer, [])
  })

  it('is booked, not closed, where it was confirmed at the last moment', async () => {
    const { payer, token } = await waiting()
    const page = await pageOf(token)
    await stripe.advance(25 * HOUR)
    await payOnInvoicePage(page, 'approved')
    await resolve()
    expect(await statesOf(payer)).toEqual(['succeeded'])
    await expectBooks(payer, [2_500])
  })

  it('is replaced by another purchase, which begins only after the first was closed', async () => {
    const { payer, token } = await waiting()
    const other = await saveCard(stripe, payer.customerId, 'pm_card_visa')
    await stripe.plan({
      requests: [{ method: 'POST', path: '/v1/invoices/:id/void', kind: 'reset-before', times: 20 }],
    })
    await expect(buy(payer, { paymentMethodId: other })).rejects.toMatchObject({
      code: 'payment_provider_unavailable',
    })
    expect(await statesOf(payer)).toEqual(['requires_action'])
    await stripe.calm()
    await buy(payer, { paymentMethodId: other })
    expect(await statesOf(payer)).toEqual(['failed: replaced', 'succeeded'])
    expect(await look(token)).toMatchObject({ state: 'closed' })
    await expectBooks(payer, [2_500])
  })
})

describe('a link', () => {
  it.each(['', 'x', 'a'.repeat(43), `${'a'.repeat(42)}/`, '../billing', 'a'.repeat(5_000)])(
    'that nobody was sent opens nothing: %s',
    async (token) => {
      expect(await look(token)).toBeNull()
    },
  )

  it('is opened by the system only', async () => {
    const { payer, token } = await waiting()
    await expect(openPurchaseLink(await payer.context(), token)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

async function expectBooksPending(payer: Payer): Promise<void> {
  expect(await chargesOf(stripe, payer.customerId)).toEqual([2_500])
  expect(await readBooks(container(), payer.accountId)).toMatchObject({ deposits: [] })
}
