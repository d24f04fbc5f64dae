import type Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { AGAINST_STRIPE, useStripeContract } from '@/lib/testing/use-stripe-contract'
import { eventsAbout, paidBy, refusal } from './scenes'

const contract = useStripeContract()
const pay = (method: string) => paidBy(contract.stripe, method)
const chargeOf = (charge: string) => contract.stripe.charges.retrieve(charge)

describe('a refund', () => {
  it('gives back a part, then the rest, and no more', async () => {
    const { stripe } = contract
    const { intent, charge } = await pay('pm_card_visa')
    const first = await stripe.refunds.create({ payment_intent: intent, amount: 300 })
    expect(first).toMatchObject({ object: 'refund', amount: 300, status: 'succeeded', charge })
    expect(await refusal(stripe.refunds.create({ charge, amount: 800 }))).toMatchObject({
      statusCode: 400,
      param: 'amount',
      message: 'Refund amount ($8.00) is greater than unrefunded amount on charge ($7.00)',
    })
    await stripe.refunds.create({ payment_intent: intent })
    const { latest_charge: whole } = await stripe.paymentIntents.retrieve(intent, {
      expand: ['latest_charge.refunds'],
    })
    expect(whole).toMatchObject({
      amount_refunded: 1000,
      refunded: true,
      refunds: { data: [{ amount: 700 }, { amount: 300 }] },
    })
    expect(await refusal(stripe.refunds.create({ payment_intent: intent }))).toMatchObject({
      code: 'charge_already_refunded',
    })
  })

  it('takes the money from the balance, and is listed by charge, payment and time', async () => {
    const { stripe } = contract
    const { intent, charge } = await pay('pm_card_visa')
    const refund = await stripe.refunds.create({ charge, amount: 250, expand: ['balance_transaction'] })
    expect(refund.balance_transaction).toMatchObject({ amount: -250, fee: 0, net: -250, type: 'refund' })
    const ids = async (params: Stripe.RefundListParams) =>
      (await stripe.refunds.list(params)).data.map(({ id }) => id)
    expect(await ids({ charge })).toEqual([refund.id])
    expect(await ids({ payment_intent: intent, created: { gte: refund.created } })).toEqual([refund.id])
    expect(await ids({ charge, created: { gt: refund.created } })).toEqual([])
    const moved = await stripe.balanceTransactions.list({ source: refund.id })
    expect(moved.data).toMatchObject([{ reporting_category: 'refund', source: refund.id }])
  })

  it('is refused without a payment, of one that is not there, by amounts that are none, and is not cancelled', async () => {
    const { stripe } = contract
    const { charge } = await pay('pm_card_visa')
    expect(await refusal(stripe.refunds.create({}))).toMatchObject({ statusCode: 400 })
    expect(await refusal(stripe.refunds.create({ charge: 'ch_nonsense' }))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    })
    expect(await refusal(stripe.refunds.create({ charge, amount: 0 }))).toMatchObject({ param: 'amount' })
    expect(
      await refusal(stripe.refunds.create({ charge, reason: 'expired_uncaptured_charge' })),
    ).toMatchObject({ param: 'reason' })
    const refund = await stripe.refunds.create({
      charge,
      amount: 100,
      reason: 'duplicate',
      metadata: { a: '1' },
    })
    expect(refund).toMatchObject({ reason: 'duplicate', metadata: { a: '1' } })
    expect(await refusal(stripe.refunds.cancel(refund.id))).toMatchObject({
      message: 'Canceling this refund is unsupported.',
    })
    expect(await refusal(stripe.refunds.retrieve('re_nonsense'))).toMatchObject({ statusCode: 404 })
  })

  it('is made once for fifty that ask at the same time', async () => {
    const { stripe } = contract
    const { charge } = await pay('pm_card_visa')
    const attempts = Array.from({ length: 50 }, () =>
      stripe.refunds.create({ charge, amount: 600 }).then(
        () => true,
        () => false,
      ),
    )
    expect((await Promise.all(attempts)).filter(Boolean)).toHaveLength(1)
    expect(await chargeOf(charge)).toMatchObject({ amount_refunded: 600, refunded: false })
  })

  it.skipIf(AGAINST_STRIPE)('may settle later, or fail and come back', async () => {
    const { stripe } = contract
    const [later, failing] = [await pay('pm_card_pendingRefund'), await pay('pm_card_refundFail')]
    const pending = await stripe.refunds.create({ payment_intent: later.intent })
    const doomed = await stripe.refunds.create({ payment_intent: failing.intent })
    expect([pending.status, pending.pending_reason, doomed.status]).toEqual([
      'pending',
      'processing',
      'succeeded',
    ])
    await contract.control('POST', 'clock/advance', { seconds: 120 })
    expect(await stripe.refunds.retrieve(pending.id)).toMatchObject({ status: 'succeeded' })
    expect(
      await stripe.refunds.retrieve(doomed.id, { expand: ['failure_balance_transaction'] }),
    ).toMatchObject({
      status: 'failed',
      failure_reason: 'expired_or_canceled_card',
      failure_balance_transaction: { amount: 1000, type: 'refund_failure' },
    })
    expect(await chargeOf(failing.charge)).toMatchObject({ amount_refunded: 0, refunded: false })
    expect(await eventsAbout(stripe, pending.id)).toEqual([
      'refund.created',
      'refund.updated',
      'charge.refund.updated',
    ])
    expect(await eventsAbout(stripe, doomed.id)).toEqual([
      'refund.created',
      'refund.failed',
      'charge.refund.updated',
    ])
    const again = await stripe.refunds.create({ payment_intent: failing.intent, amount: 400 })
    expect(again).toMatchObject({ amount: 400 })
  })

  it.skipIf(AGAINST_STRIPE)(
    'is cancelled or failed from outside the API, and then counts no more',
    async () => {
      const { stripe } = contract
      const { charge } = await pay('pm_card_visa')
      const [first, second] = [
        await stripe.refunds.create({ charge, amount: 300 }),
        await stripe.refunds.create({ charge, amount: 200 }),
      ]
      await contract.control('POST', `refunds/${first.id}/cancel`)
      await contract.control('POST', `refunds/${second.id}/fail`)
      expect(await stripe.refunds.retrieve(first.id)).toMatchObject({
        status: 'canceled',
        failure_reason: 'merchant_request',
      })
      expect(await stripe.refunds.retrieve(second.id)).toMatchObject({ status: 'failed' })
      expect(await chargeOf(charge)).toMatchObject({ amount_refunded: 0 })
      await expect(contract.control('POST', `refunds/${first.id}/cancel`)).rejects.toThrow('400')
    },
  )
})
