import { describe, expect, it } from 'vitest'
import type { Actor } from '@/lib/core/actor'
import { getInvoiceLinks } from '@/lib/core/invoices/get-invoice-links'
import { listPaymentMethods } from '@/lib/core/payment-methods/list-payment-methods'
import { billingResponse } from '@/lib/dialects/dial/contract'
import { presentBilling } from '@/lib/dialects/dial/translate'
import { usdFromCents } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { useTestContainer } from '@/lib/testing/test-container'
import { startTopUp } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { getBilling } from './get-billing'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

const contextOf = (actor: Actor) => makeContext(container(), actor, 'req_test')
const open = () => openTestAccount(database.db, { welcomeCents: 500 })

/** Pays 25.00 dollars by card and keeps the card; answers with the invoice. Nothing is booked: no webhook is there. */
async function pay(account: TestAccount, number = '4242424242424242'): Promise<string> {
  const context = () => contextOf(account.owner)
  const { sessionId } = await startTopUp(container(), {
    accountId: account.accountId,
    context,
  })
  expect(await stripe.pay(sessionId, { cents: 2_500, number, save: true })).toMatchObject({
    kind: 'complete',
  })
  const { invoice } = await stripe.client.checkout.sessions.retrieve(sessionId)
  return typeof invoice === 'string' ? invoice : ''
}

const customerOf = async (account: TestAccount) => {
  const [row] = await database.db.sql<{ stripe_customer_id: string }[]>`
    select stripe_customer_id from account where id = ${account.accountId}`
  return row?.stripe_customer_id ?? ''
}

describe('getBilling', () => {
  it('shows what is ours together with prices and saved cards from Stripe', async () => {
    const account = await open()
    await pay(account)
    const billing = await getBilling(await contextOf(account.program))
    expect(billing).toMatchObject({
      balance: usdFromCents(500),
      subscription: null,
      pricing: { monthly: usdFromCents(1_200), annual: usdFromCents(12_000) },
      paymentMethods: [{ type: 'card', card: { brand: 'visa', last4: '4242', expMonth: 12, expYear: 2040 } }],
    })
    expect(billingResponse.safeParse(presentBilling(billing))).toMatchObject({ success: true })
  })

  it('asks Stripe for no customer that there is not', async () => {
    const account = await open()
    await getBilling(await contextOf(account.owner))
    await stripe.forgetRequests()
    expect((await getBilling(await contextOf(account.owner))).paymentMethods).toEqual([])
    expect(await stripe.requests()).toEqual([])
  })

  it('puts the default card first', async () => {
    const account = await open()
    await pay(account)
    await pay(account, '5555555555554444')
    const [newest, oldest] = await listPaymentMethods(await contextOf(account.owner))
    expect([newest?.card?.last4, oldest?.card?.last4]).toEqual(['4444', '4242'])
    await container().payments.setDefaultPaymentMethod(await customerOf(account), oldest?.id ?? '')
    const { paymentMethods } = await getBilling(await contextOf(account.owner))
    expect(paymentMethods.map(({ card, isDefault }) => [card?.last4, isDefault])).toEqual([
      ['4242', true],
      ['4444', false],
    ])
  })

  it('asks for methods and customer at once, and for prices at most once a minute', async () => {
    const account = await open()
    await pay(account)
    await getBilling(await contextOf(account.owner))
    await stripe.forgetRequests()
    for (let turn = 0; turn < 3; turn++) await getBilling(await contextOf(account.owner))
    const paths = (await stripe.requests()).map(({ path }) => path.replace(/cus_\w+/, ':id')).sort()
    expect(paths).toEqual([
      ...Array<string>(3).fill('/v1/customers/:id'),
      ...Array<string>(3).fill('/v1/payment_methods'),
    ])
  })

  it('works for an impersonator, whose database handle cannot write', async () => {
    const account = await open()
    await pay(account)
    const { accountId } = account
    const ctx = await contextOf({
      kind: 'impersonator',
      staffUserId: 'staff',
      reason: 'a call from the customer',
      accountId,
      scopes: ['billing:read'],
    })
    expect((await getBilling(ctx)).paymentMethods).toHaveLength(1)
    await expect(ctx.payments.setDefaultPaymentMethod('cus_1', 'pm_1')).rejects.toMatchObject({
      code: 'impersonating',
    })
  })

  it('has no methods for a customer that was deleted at Stripe', async () => {
    const account = await open()
    await pay(account)
    await stripe.client.customers.del(await customerOf(account))
    expect((await getBilling(await contextOf(account.owner))).paymentMethods).toEqual([])
  })

  it.each(['500', '429', 'truncate'])('is unavailable while Stripe answers with %s', async (kind) => {
    const account = await open()
    await pay(account)
    await stripe.plan({ requests: [{ method: 'GET', path: '/v1/payment_methods', kind, times: 3 }] })
    await expect(getBilling(await contextOf(account.owner))).rejects.toMatchObject({
      code: 'payment_provider_unavailable',
      retryAfterSeconds: expect.any(Number),
    })
    await stripe.calm()
  })

  it('does not notice one failure of Stripe', async () => {
    const account = await open()
    await pay(account)
    await stripe.plan({ requests: [{ method: 'GET', path: '/v1/payment_methods', kind: 'reset-before' }] })
    expect((await getBilling(await contextOf(account.owner))).paymentMethods).toHaveLength(1)
  })
})

describe('getInvoiceLinks', () => {
  const linksOf = async (account: TestAccount, invoiceId: string) =>
    getInvoiceLinks(await contextOf(account.owner), { invoiceId })

  it("leads to the provider's own pages of an invoice", async () => {
    const account = await open()
    const links = await linksOf(account, await pay(account))
    const [page, pdf] = await Promise.all([
      fetch(links.hostedInvoiceUrl ?? ''),
      fetch(links.invoicePdf ?? ''),
    ])
    expect([page.status, pdf.status]).toEqual([200, 200])
    expect(pdf.headers.get('content-type')).toBe('application/pdf')
  })

  it('still finds the invoice after the customer was replaced', async () => {
    const account = await open()
    const invoiceId = await pay(account)
    await stripe.client.customers.del(await customerOf(account))
    await pay(account)
    await expect(linksOf(account, invoiceId)).resolves.toMatchObject({})
  })

  it("does not tell another account's invoice from none", async () => {
    const [account, other] = await Promise.all([open(), open()])
    const [invoiceId] = [await pay(account), await pay(other)]
    const refusals = await Promise.all(
      [invoiceId, 'in_none', 'cus_1', '../customers', '', `in_${'a'.repeat(300)}`].map((id) =>
        linksOf(other, id).catch((error: unknown) => error),
      ),
    )
    for (const refusal of refusals)
      expect(refusal).toMatchObject({ code: 'not_found', message: 'No such invoice.' })
  })
})
