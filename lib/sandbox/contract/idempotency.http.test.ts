import { describe, expect, it } from 'vitest'
import { AGAINST_STRIPE, useStripeContract } from '@/lib/testing/use-stripe-contract'
import { givenCustomer, refusal } from './scenes'

const contract = useStripeContract()
const DAY = 86_400
const unique = () => `contract-${crypto.randomUUID()}`

describe('an idempotency key', () => {
  it('gives the first answer again, says so, and does nothing twice', async () => {
    const { stripe } = contract
    const idempotencyKey = unique()
    const first = await stripe.customers.create({ name: idempotencyKey }, { idempotencyKey })
    const again = await stripe.customers.create({ name: idempotencyKey }, { idempotencyKey })
    expect(again.id).toBe(first.id)
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined()
    expect(first.lastResponse.headers['idempotency-key']).toBe(idempotencyKey)
  })

  it('is refused for other parameters and for another route', async () => {
    const { stripe } = contract
    const idempotencyKey = unique()
    await stripe.customers.create({ name: 'Ada' }, { idempotencyKey })
    const error = { statusCode: 400, type: 'StripeIdempotencyError' }
    expect(await refusal(stripe.customers.create({ name: 'Bob' }, { idempotencyKey }))).toMatchObject(error)
    expect(await refusal(stripe.products.create({ name: 'Ada' }, { idempotencyKey }))).toMatchObject(error)
  })

  it('stays free after parameters were refused', async () => {
    const { stripe } = contract
    const idempotencyKey = unique()
    await refusal(stripe.rawRequest('POST', '/v1/customers', { nonsense: 1 }, { idempotencyKey }))
    expect(await stripe.customers.create({ name: 'Ada' }, { idempotencyKey })).toMatchObject({ name: 'Ada' })
  })

  it('replays a decline, and makes no second attempt', async () => {
    const { stripe } = contract
    const customer = await givenCustomer(stripe)
    const method = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.id })
    const idempotencyKey = unique()
    const pay = () =>
      refusal(
        stripe.paymentIntents.create(
          {
            amount: 500,
            currency: 'usd',
            customer: customer.id,
            payment_method: method.id,
            off_session: true,
            confirm: true,
          },
          { idempotencyKey },
        ),
      )
    const [first, again] = [await pay(), await pay()]
    expect(first).toMatchObject({ statusCode: 402, type: 'StripeCardError', code: 'card_declined' })
    expect(again.payment_intent?.id).toBe(first.payment_intent?.id)
    expect((await stripe.charges.list({ customer: customer.id })).data).toHaveLength(1)
  })

  it.skipIf(AGAINST_STRIPE)('is refused with 409 while its first request is running', async () => {
    const { stripe } = contract
    const idempotencyKey = unique()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, () => stripe.customers.create({ name: idempotencyKey }, { idempotencyKey })),
    )
    const made = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.id] : []))
    const refused = outcomes.flatMap((outcome): unknown[] =>
      outcome.status === 'rejected' ? [outcome.reason] : [],
    )
    expect(new Set(made).size).toBe(1)
    expect(refused.length).toBeGreaterThan(0)
    for (const error of refused)
      expect(error).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' })
  })

  it.skipIf(AGAINST_STRIPE)('is forgotten after 24 hours', async () => {
    const { stripe } = contract
    const idempotencyKey = unique()
    const first = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey })
    await contract.control('POST', 'clock/advance', { seconds: DAY - 60 })
    expect((await stripe.customers.create({ name: 'Ada' }, { idempotencyKey })).id).toBe(first.id)
    await contract.control('POST', 'clock/advance', { seconds: 120 })
    expect((await stripe.customers.create({ name: 'Ada' }, { idempotencyKey })).id).not.toBe(first.id)
  })

  it.skipIf(AGAINST_STRIPE)('is remembered after a kill -9', async () => {
    const idempotencyKey = unique()
    const first = await contract.stripe.customers.create({ name: 'Ada' }, { idempotencyKey })
    await contract.restart('kill')
    expect((await contract.stripe.customers.create({ name: 'Ada' }, { idempotencyKey })).id).toBe(first.id)
  })
})
