import { beforeAll, describe, expect, it } from 'vitest'
import { AGAINST_STRIPE, useStripeContract } from '@/lib/testing/use-stripe-contract'
import { card, givenCheckout, givenCreditsPrice, givenCustomer, refusal } from './scenes'

const contract = useStripeContract()

describe('a list', () => {
  let ids: string[] = []
  let product: string

  beforeAll(async () => {
    product = (await contract.stripe.products.create({ name: 'Listed' })).id
    for (let amount = 1; amount <= 7; amount++) {
      const made = await contract.stripe.prices.create({
        product,
        currency: 'usd',
        unit_amount: amount * 100,
      })
      ids = [made.id, ...ids]
    }
  })

  it('is newest first, in pages, both ways', async () => {
    const { stripe } = contract
    const first = await stripe.prices.list({ product, limit: 3 })
    expect(first).toMatchObject({ object: 'list', url: '/v1/prices', has_more: true })
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 3))
    const second = await stripe.prices.list({ product, limit: 3, starting_after: ids[2] ?? '' })
    expect(second.data.map(({ id }) => id)).toEqual(ids.slice(3, 6))
    const back = await stripe.prices.list({ product, limit: 2, ending_before: ids[3] ?? '' })
    expect(back.data.map(({ id }) => id)).toEqual(ids.slice(1, 3))
    expect(back.has_more).toBe(true)
  })

  it('is walked through by the SDK to its end', async () => {
    const all = await contract.stripe.prices.list({ product, limit: 2 }).autoPagingToArray({ limit: 100 })
    expect(all.map(({ id }) => id)).toEqual(ids)
  })

  it('refuses a limit outside 1 to 100, and a cursor that names nothing', async () => {
    const { stripe } = contract
    expect(await refusal(stripe.prices.list({ limit: 101 }))).toMatchObject({ param: 'limit' })
    expect(await refusal(stripe.prices.list({ limit: 0 }))).toMatchObject({ param: 'limit' })
    expect(await refusal(stripe.prices.list({ starting_after: 'price_nonsense' }))).toMatchObject({
      code: 'resource_missing',
    })
  })

  it('filters by what it is asked, and by when it was made', async () => {
    const { stripe } = contract
    const [newest] = (await stripe.prices.list({ product })).data
    await stripe.prices.update(newest?.id ?? '', { active: false })
    expect((await stripe.prices.list({ product, active: false })).data.map(({ id }) => id)).toEqual([
      newest?.id,
    ])
    expect((await stripe.prices.list({ product, created: { gt: (newest?.created ?? 0) + 1 } })).data).toEqual(
      [],
    )
    expect(
      (await stripe.prices.list({ product, created: { lte: newest?.created ?? 0 }, limit: 100 })).data,
    ).toHaveLength(7)
  })

  it('finds prices by lookup keys, and a key moves only when told to', async () => {
    const { stripe } = contract
    const key = `key_${crypto.randomUUID()}`
    const give = (transfer: boolean) =>
      stripe.prices.create({
        product,
        currency: 'usd',
        unit_amount: 100,
        lookup_key: key,
        transfer_lookup_key: transfer,
      })
    const first = await give(false)
    expect(await refusal(give(false))).toMatchObject({ statusCode: 400, param: 'lookup_key' })
    const second = await give(true)
    expect((await stripe.prices.list({ lookup_keys: [key] })).data.map(({ id }) => id)).toEqual([second.id])
    expect((await stripe.prices.retrieve(first.id)).lookup_key).toBeNull()
  })
})

describe('the list of events', () => {
  it('tells what happened, newest first, with the old values of what changed', async () => {
    const { stripe } = contract
    const customer = await stripe.customers.create({ name: 'Before', metadata: { a: '1' } })
    await stripe.customers.update(customer.id, { name: 'After' })
    const find = async () => {
      const { data } = await stripe.events.list({
        types: ['customer.created', 'customer.updated'],
        limit: 50,
      })
      return data.filter(({ data: { object } }) => 'id' in object && object.id === customer.id)
    }
    await expect.poll(find, { timeout: 10_000 }).toHaveLength(2)
    const [updated, created] = await find()
    expect(updated).toMatchObject({
      type: 'customer.updated',
      data: { object: { name: 'After' }, previous_attributes: { name: 'Before' } },
    })
    expect(created).toMatchObject({ type: 'customer.created', data: { object: { name: 'Before' } } })
    expect(created?.request?.id).toBe(customer.lastResponse.requestId)
  })

  it('refuses type and types together, and more than twenty types', async () => {
    const { stripe } = contract
    const both = { type: 'invoice.paid', types: ['invoice.paid'] }
    expect(await refusal(stripe.events.list(both))).toMatchObject({ statusCode: 400 })
    const types = Array.from({ length: 21 }, () => 'invoice.paid')
    expect(await refusal(stripe.events.list({ types }))).toMatchObject({ statusCode: 400 })
  })
})

describe.skipIf(AGAINST_STRIPE)('state', () => {
  it('survives an orderly end and a kill -9, and its links follow the program', async () => {
    const { stripe } = contract
    const { id: customer } = await givenCustomer(stripe)
    const { id: price } = await givenCreditsPrice(stripe)
    const session = await givenCheckout({ stripe, customer, price })
    await contract.submit(session.id, { amountCents: 500, source: card('4242424242424242', true) })
    const before = await stripe.checkout.sessions.retrieve(session.id)
    await contract.control('POST', 'clock/advance', { seconds: 5000 })
    for (const how of ['stop', 'kill'] as const) {
      await contract.restart(how)
      const after = await contract.stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice'] })
      expect({ ...after, invoice: before.invoice, lastResponse: null }).toEqual({
        ...before,
        lastResponse: null,
      })
      if (after.invoice === null || typeof after.invoice === 'string') throw new Error('expanded')
      expect(after.invoice.hosted_invoice_url?.startsWith(contract.url)).toBe(true)
      expect((await fetch(after.invoice.hosted_invoice_url ?? '')).status).toBe(200)
    }
    const { now } = await contract.control<{ now: string }>('GET', 'clock')
    expect(Date.parse(now) - Date.now()).toBeGreaterThan(4900 * 1000)
  })

  it('takes fixtures of given ids, and is gone after a reset', async () => {
    const body = {
      id: 'pm_fixture_link',
      object: 'payment_method',
      type: 'link',
      link: { email: 'ada@example.com' },
      allow_redisplay: 'always',
      created: 1_700_000_000,
      customer: 'cus_fixture',
      billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
      livemode: false,
      metadata: {},
    }
    const customer = { ...(await givenCustomer(contract.stripe)), id: 'cus_fixture', lastResponse: undefined }
    await contract.control('POST', 'fixtures', { objects: [{ body }, { body: customer }] })
    const methods = await contract.stripe.customers.listPaymentMethods('cus_fixture')
    expect(methods.data).toMatchObject([{ id: 'pm_fixture_link', type: 'link' }])
    const paid = await contract.stripe.paymentIntents.create({
      amount: 500,
      currency: 'usd',
      customer: 'cus_fixture',
      payment_method: 'pm_fixture_link',
      confirm: true,
      off_session: true,
    })
    expect(paid.status).toBe('succeeded')
    await contract.control('POST', 'reset')
    expect((await contract.stripe.customers.list()).data).toEqual([])
    expect((await contract.stripe.events.list()).data).toEqual([])
  })
})
