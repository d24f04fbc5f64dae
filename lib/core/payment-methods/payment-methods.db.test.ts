import { describe, expect, it } from 'vitest'
import type { Actor } from '@/lib/core/actor'
import { ensureCustomer } from '@/lib/core/customers/ensure-customer'
import { usdFromCents } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { memberActor } from '@/lib/testing/test-context'
import { useTestContainer } from '@/lib/testing/test-container'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { getInvoiceLinks } from '../invoices/get-invoice-links'
import { INVOICES_PER_PAGE, listInvoices } from '../invoices/list-invoices'
import { listPaymentMethods } from './list-payment-methods'
import { removePaymentMethod } from './remove-payment-method'
import { setDefaultPaymentMethod } from './set-default-payment-method'
import { settlePaymentMethods } from './settle-payment-methods'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

const contextOf = (actor: Actor) => makeContext(container(), actor, 'req_test')

type Customer = Readonly<{ account: TestAccount; customerId: string }>

async function openCustomer(): Promise<Customer> {
  const account = await openTestAccount(database.db)
  return { account, customerId: await ensureCustomer(await contextOf(account.owner), null) }
}

/** Saves cards one after the other, each a second later; answers their ids, the oldest first. None is the default. */
async function saveCards({ customerId }: Customer, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < count; i++) {
    await stripe.advance(1)
    ids.push((await stripe.client.paymentMethods.attach('pm_card_visa', { customer: customerId })).id)
  }
  return ids
}

const list = async ({ account }: Customer) => listPaymentMethods(await contextOf(account.owner))
const defaultOf = async (customer: Customer) => (await list(customer)).find((method) => method.isDefault)?.id
const remove = async ({ account }: Customer, paymentMethodId: string) =>
  removePaymentMethod(await contextOf(account.owner), { paymentMethodId })
const setDefault = async ({ account }: Customer, paymentMethodId: string) =>
  setDefaultPaymentMethod(await contextOf(account.owner), { paymentMethodId })
const detached = async () =>
  (await stripe.requests())
    .filter(({ path }) => path.endsWith('/detach'))
    .map(({ path }) => path.split('/')[3])

const impersonator = ({ accountId }: TestAccount): Actor => ({
  kind: 'impersonator',
  accountId,
  scopes: ['billing:read'],
  staffUserId: 'staff',
  reason: 'a question of the customer',
})

const WRONG_IDS = [
  '',
  'pm',
  'pm_',
  'card_1',
  'pm_1/detach',
  'pm_1?x',
  '../customers',
  'pm_\u0000',
  'pm_'.padEnd(300, 'a'),
]

describe('removePaymentMethod', () => {
  it('removes a card and hands the default to the next in the list', async () => {
    const customer = await openCustomer()
    const [first = '', second = '', third = ''] = await saveCards(customer, 3)
    await setDefault(customer, second)
    await remove(customer, second)
    expect((await list(customer)).map(({ id, isDefault }) => [id, isDefault])).toEqual([
      [third, true],
      [first, false],
    ])
  })

  it('leaves the default where it is when another card goes, and none when the last goes', async () => {
    const customer = await openCustomer()
    const [first = '', second = ''] = await saveCards(customer, 2)
    await setDefault(customer, first)
    await remove(customer, second)
    expect(await defaultOf(customer)).toBe(first)
    await remove(customer, first)
    expect(await list(customer)).toEqual([])
  })

  it('tells a foreign card from none in no way, and never detaches it', async () => {
    const [mine, theirs] = [await openCustomer(), await openCustomer()]
    const [foreign = ''] = await saveCards(theirs, 1)
    await saveCards(mine, 1)
    await stripe.forgetRequests()
    const errors = await Promise.all(
      [foreign, 'pm_unknown', ...WRONG_IDS].map((id) => remove(mine, id).catch((error: unknown) => error)),
    )
    for (const error of errors)
      expect(error).toMatchObject({ code: 'not_found', message: 'No such payment method.' })
    expect(await detached()).toEqual([])
    expect(await list(theirs)).toHaveLength(1)
  })

  it('is unknown to an account that never was a customer, without asking Stripe', async () => {
    const account = await openTestAccount(database.db)
    await stripe.forgetRequests()
    await expect(
      removePaymentMethod(await contextOf(account.owner), { paymentMethodId: 'pm_1' }),
    ).rejects.toMatchObject({ code: 'not_found' })
    expect((await stripe.requests()).filter(({ path }) => path.startsWith('/v1'))).toEqual([])
  })

  it('is done once, however many ask at once and again', async () => {
    const customer = await openCustomer()
    const [first = '', second = ''] = await saveCards(customer, 2)
    await setDefault(customer, first)
    await Promise.all(Array.from({ length: 6 }, () => remove(customer, first)))
    await remove(customer, first)
    expect((await list(customer)).map(({ id, isDefault }) => [id, isDefault])).toEqual([[second, true]])
  })

  it('does not know a card that another account removed', async () => {
    const [mine, theirs] = [await openCustomer(), await openCustomer()]
    const [card = ''] = await saveCards(theirs, 1)
    await remove(theirs, card)
    await expect(remove(mine, card)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('ends with a default among what is left when all cards but one are removed at once', async () => {
    const customer = await openCustomer()
    const cards = await saveCards(customer, 5)
    await setDefault(customer, cards[0] ?? '')
    await Promise.all(cards.slice(0, 4).map((id) => remove(customer, id)))
    expect((await list(customer)).map(({ id, isDefault }) => [id, isDefault])).toEqual([[cards[4], true]])
  })

  it('finishes on repetition what Stripe did not answer', async () => {
    const customer = await openCustomer()
    const [first = '', second = ''] = await saveCards(customer, 2)
    await setDefault(customer, first)
    // Detached, but the answer is lost, as are those of the repeats within the call.
    await stripe.plan({
      requests: [{ method: 'POST', path: '/v1/payment_methods/*/detach', kind: '500-after', times: 3 }],
    })
    await remove(customer, first).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'payment_provider_unavailable' })
    })
    await stripe.calm()
    await remove(customer, first)
    expect((await list(customer)).map(({ id, isDefault }) => [id, isDefault])).toEqual([[second, true]])
  })

  it('is refused to staff who look into the account, to a viewer, and while Stripe is down it changes nothing', async () => {
    const customer = await openCustomer()
    const [card = ''] = await saveCards(customer, 1)
    const ctx = await contextOf(impersonator(customer.account))
    await expect(removePaymentMethod(ctx, { paymentMethodId: card })).rejects.toMatchObject({
      code: 'impersonating',
    })
    await expect(setDefaultPaymentMethod(ctx, { paymentMethodId: card })).rejects.toMatchObject({
      code: 'impersonating',
    })
    const viewer = memberActor(customer.account.accountId, 'nobody', 'viewer')
    await expect(
      removePaymentMethod(await contextOf(viewer), { paymentMethodId: card }),
    ).rejects.toMatchObject({ code: 'forbidden' })
    await expect(settlePaymentMethods(ctx)).rejects.toMatchObject({ code: 'impersonating' })
    await expect(ctx.payments.detachPaymentMethod(card)).rejects.toMatchObject({ code: 'impersonating' })
    await stripe.plan({ requests: [{ method: 'GET', path: '/v1/payment_methods', kind: '500', times: 100 }] })
    await expect(remove(customer, card)).rejects.toMatchObject({ code: 'payment_provider_unavailable' })
    await stripe.calm()
    expect(await list(customer)).toHaveLength(1)
  })
})

describe('setDefaultPaymentMethod', () => {
  it('makes a saved card the default, and again', async () => {
    const customer = await openCustomer()
    const [first = '', second = ''] = await saveCards(customer, 2)
    for (const id of [first, second, second, first]) {
      await setDefault(customer, id)
      expect(await defaultOf(customer)).toBe(id)
    }
  })

  it('is in the audit log also where Stripe did it and its answer is lost', async () => {
    const customer = await openCustomer()
    const [card = ''] = await saveCards(customer, 1)
    await stripe.plan({
      requests: [{ method: 'POST', path: '/v1/customers/*', kind: '500-after', times: 3 }],
    })
    await setDefault(customer, card).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'payment_provider_unavailable' })
    })
    await stripe.calm()
    await setDefault(customer, card)
    expect(await defaultOf(customer)).toBe(card)
    const acts = await database.db.sql`
      select target from audit_event
        where account_id = ${customer.account.accountId} and action = 'payment-method.made-default'`
    expect([...acts]).toEqual([{ target: card }])
  })

  it('knows no foreign card, none that was removed, and no other id', async () => {
    const [mine, theirs] = [await openCustomer(), await openCustomer()]
    const [foreign = ''] = await saveCards(theirs, 1)
    const [removed = '', kept = ''] = await saveCards(mine, 2)
    await remove(mine, removed)
    for (const id of [foreign, removed, 'pm_unknown', ...WRONG_IDS]) {
      await expect(setDefault(mine, id)).rejects.toMatchObject({ code: 'not_found' })
    }
    expect(await defaultOf(mine)).toBe(kept)
  })
})

describe('the method that a subscription was started with', () => {
  async function subscribe({ customerId }: Customer, card: string): Promise<() => Promise<unknown>> {
    const { subscriptions, prices } = stripe.client
    const { data } = await prices.list({ lookup_keys: ['talktime_number_monthly'] })
    const { id } = await subscriptions.create({
      customer: customerId,
      items: [{ price: data[0]?.id ?? '', quantity: 1 }],
      default_payment_method: card,
    })
    return async () => (await subscriptions.retrieve(id)).default_payment_method
  }

  it('gives way to the default that is chosen', async () => {
    const customer = await openCustomer()
    const [first = '', second = ''] = await saveCards(customer, 2)
    await setDefault(customer, first)
    const renewsWith = await subscribe(customer, second)
    await setDefault(customer, first)
    expect(await renewsWith()).toBe(first)
    await setDefault(customer, second)
    expect(await renewsWith()).toBe(second)
  })

  it('is replaced when it is removed, whether it was the default or not', async () => {
    const customer = await openCustomer()
    const [first = '', second = '', third = ''] = await saveCards(customer, 3)
    await setDefault(customer, first)
    const renewsWith = await subscribe(customer, second)
    await remove(customer, second)
    expect(await renewsWith()).toBe(first)
    await remove(customer, first)
    expect(await renewsWith()).toBe(third)
  })
})

describe('settlePaymentMethods', () => {
  it('makes the card that was saved first the default, and leaves a choice alone', async () => {
    const customer = await openCustomer()
    const settle = async () => settlePaymentMethods(await contextOf(customer.account.owner))
    await settle()
    const [first = '', second = ''] = await saveCards(customer, 2)
    await settle()
    expect(await defaultOf(customer)).toBe(first)
    await setDefault(customer, second)
    await settle()
    expect(await defaultOf(customer)).toBe(second)
  })
})

describe('invoices', () => {
  /** Finished invoices of one item each, a second apart; ids, the newest first. */
  async function invoice({ customerId }: Pick<Customer, 'customerId'>, count: number): Promise<string[]> {
    const ids: string[] = []
    for (let i = 0; i < count; i++) {
      await stripe.advance(1)
      const draft = await stripe.client.invoices.create({ customer: customerId, auto_advance: false })
      await stripe.client.invoiceItems.create({
        customer: customerId,
        invoice: draft.id,
        amount: 1_000 + i,
        currency: 'usd',
      })
      await stripe.client.invoices.finalizeInvoice(draft.id)
      ids.unshift(draft.id)
    }
    return ids
  }

  it('are listed newest first, page by page, with their state, without drafts', async () => {
    const customer = await openCustomer()
    const ids = await invoice(customer, INVOICES_PER_PAGE + 3)
    await stripe.client.invoices.create({ customer: customer.customerId })
    await stripe.client.invoices.voidInvoice(ids[0] ?? '')
    const ctx = await contextOf(customer.account.program)
    const first = await listInvoices(ctx, { cursor: null })
    const second = await listInvoices(ctx, { cursor: first.nextCursor })
    expect([...first.invoices, ...second.invoices].map(({ id }) => id)).toEqual(ids)
    expect(first.invoices[0]).toMatchObject({
      state: 'void',
      total: usdFromCents(1_000 + INVOICES_PER_PAGE + 2),
      isForSubscription: false,
    })
    expect(first.invoices[1]).toMatchObject({ state: 'open' })
    expect(second.nextCursor).toBeNull()
  })

  it('of a customer that was replaced come after the rest', async () => {
    const customer = await openCustomer()
    const old = await invoice(customer, 2)
    const ctx = await contextOf(customer.account.owner)
    await database.db.sql`
      insert into credit_order (id, account_id, stripe_customer_id, livemode, requested_by, created_at)
      values ('ord_' || ${customer.customerId}, ${customer.account.accountId}, ${customer.customerId}, false, 'test', now())`
    const customerId = await ensureCustomer(ctx, customer.customerId)
    expect(customerId).not.toBe(customer.customerId)
    const young = await invoice({ customerId }, 2)
    expect((await listInvoices(ctx, { cursor: null })).invoices.map(({ id }) => id)).toEqual([
      ...young,
      ...old,
    ])
    const after = await listInvoices(ctx, { cursor: young[1] ?? '' })
    expect(after.invoices.map(({ id }) => id)).toEqual(old)
  })

  it('are none for an account that never was a customer', async () => {
    const account = await openTestAccount(database.db)
    expect(await listInvoices(await contextOf(account.owner), { cursor: null })).toEqual({
      invoices: [],
      nextCursor: null,
    })
  })

  it('of other accounts are neither shown nor a cursor', async () => {
    const [mine, theirs] = [await openCustomer(), await openCustomer()]
    const [foreign = ''] = await invoice(theirs, 1)
    const ctx = await contextOf(mine.account.owner)
    for (const id of [foreign, 'in_unknown', '', 'in_', 'in_1/pay', '../customers', 'in_'.padEnd(300, 'a')]) {
      await expect(listInvoices(ctx, { cursor: id })).rejects.toMatchObject({ code: 'invalid_input' })
      await expect(getInvoiceLinks(ctx, { invoiceId: id })).rejects.toMatchObject({ code: 'not_found' })
    }
  })

  it('have links once they are finished', async () => {
    const customer = await openCustomer()
    const ctx = await contextOf(customer.account.owner)
    const draft = await stripe.client.invoices.create({ customer: customer.customerId })
    expect(await getInvoiceLinks(ctx, { invoiceId: draft.id })).toEqual({
      hostedInvoiceUrl: null,
      invoicePdf: null,
    })
    const [finished = ''] = await invoice(customer, 1)
    const links = await getInvoiceLinks(ctx, { invoiceId: finished })
    expect(links).toMatchObject({
      hostedInvoiceUrl: expect.stringMatching(/^http/),
      invoicePdf: expect.stringMatching(/pdf/),
    })
  })
})
