import { describe, expect, it } from 'vitest'
import { AGAINST_STRIPE, useStripeContract } from '@/lib/testing/use-stripe-contract'
import { eventsAbout, paidBy, refusal } from './scenes'

const contract = useStripeContract()
const pay = (method: string) => paidBy(contract.stripe, method)
const DAY = 86_400

/** The dispute that a test card brought upon its payment. */
async function disputed(method: string) {
  const { stripe } = contract
  const payment = await pay(method)
  const [dispute] = (await stripe.disputes.list({ payment_intent: payment.intent })).data
  if (dispute === undefined) throw new Error('The payment is not disputed.')
  return { stripe, ...payment, dispute }
}

const submit = (id: string, text: string) =>
  contract.stripe.disputes.update(id, { evidence: { uncategorized_text: text } })
const passes = (seconds: number) => contract.control('POST', 'clock/advance', { seconds })

// At Stripe a dispute comes a moment after its payment, and its bank takes its time.
describe.skipIf(AGAINST_STRIPE)('a dispute', () => {
  it('takes the money and a fee as soon as it is opened, and no refund is possible', async () => {
    const { stripe, intent, charge, dispute } = await disputed('pm_card_createDispute')
    expect(dispute).toMatchObject({
      object: 'dispute',
      amount: 1000,
      charge,
      payment_intent: intent,
      reason: 'fraudulent',
      status: 'needs_response',
      is_charge_refundable: false,
      balance_transactions: [
        { amount: -1000, fee: 1500, net: -2500, type: 'adjustment', reporting_category: 'dispute' },
      ],
      payment_method_details: { card: { case_type: 'chargeback', network_reason_code: '10.4' } },
    })
    expect(dispute.id).toMatch(/^du_/)
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ disputed: true, amount_refunded: 0 })
    expect(await refusal(stripe.refunds.create({ payment_intent: intent }))).toMatchObject({
      statusCode: 400,
      code: 'charge_disputed',
    })
    expect(await eventsAbout(stripe, dispute.id)).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
    ])
  })

  it('that is won gives the money back, and the charge can be refunded again', async () => {
    const { stripe, charge, dispute } = await disputed('pm_card_createDisputeProductNotReceived')
    const after = await submit(dispute.id, 'winning_evidence')
    expect(after).toMatchObject({
      status: 'under_review',
      evidence: { uncategorized_text: 'winning_evidence' },
      evidence_details: { has_evidence: true, submission_count: 1, submission_method: 'manual' },
    })
    await passes(10)
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({
      status: 'won',
      is_charge_refundable: true,
      balance_transactions: [
        { amount: -1000 },
        { amount: 1000, fee: 0, reporting_category: 'dispute_reversal' },
      ],
    })
    expect(await eventsAbout(stripe, dispute.id)).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.updated',
      'charge.dispute.funds_reinstated',
      'charge.dispute.closed',
    ])
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ disputed: true })
    expect(await stripe.refunds.create({ charge })).toMatchObject({ status: 'succeeded' })
    expect(await refusal(submit(dispute.id, 'late'))).toMatchObject({
      message: 'This dispute is already closed',
    })
  })

  it('that is given up is lost at once, and stays so', async () => {
    const { stripe, charge, dispute } = await disputed('pm_card_createDispute')
    expect(await stripe.disputes.close(dispute.id)).toMatchObject({
      status: 'lost',
      is_charge_refundable: false,
    })
    expect((await eventsAbout(stripe, dispute.id)).at(-1)).toBe('charge.dispute.closed')
    expect(await refusal(stripe.disputes.close(dispute.id))).toMatchObject({ statusCode: 400 })
    expect(await refusal(stripe.refunds.create({ charge }))).toMatchObject({ code: 'charge_disputed' })
  })

  it('is lost by what is submitted, by what nobody submits in time, and not by what is only staged', async () => {
    const { stripe, dispute } = await disputed('pm_card_createDispute')
    const ignored = await disputed('pm_card_createDispute')
    await submit(dispute.id, 'losing_evidence')
    const staged = await stripe.disputes.update(ignored.dispute.id, {
      evidence: { product_description: 'Credits' },
      metadata: { case: '7' },
      submit: false,
    })
    expect(staged).toMatchObject({
      status: 'needs_response',
      metadata: { case: '7' },
      evidence_details: { has_evidence: true, submission_count: 0 },
    })
    await passes(9 * DAY)
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({ status: 'lost' })
    expect(await stripe.disputes.retrieve(ignored.dispute.id)).toMatchObject({
      status: 'lost',
      evidence_details: { past_due: true },
    })
  })

  it('of an amount of its own is opened, won and lost from outside the API', async () => {
    const { stripe } = contract
    const [first, second] = [await pay('pm_card_visa'), await pay('pm_card_visa')]
    await stripe.refunds.create({ charge: first.charge, amount: 400 })
    const open = (payment: string, more: object = {}) =>
      contract.control<{ id: string }>('POST', 'disputes', { payment, ...more })
    const partial = await open(first.intent, { amountCents: 750, reason: 'duplicate' })
    const whole = await open(second.charge)
    expect(await stripe.disputes.retrieve(partial.id)).toMatchObject({ amount: 750, reason: 'duplicate' })
    await contract.control('POST', `disputes/${partial.id}/win`)
    await contract.control('POST', `disputes/${whole.id}/lose`)
    expect((await stripe.disputes.list({ charge: first.charge })).data).toMatchObject([{ status: 'won' }])
    expect((await stripe.disputes.list({ charge: second.charge })).data).toMatchObject([{ status: 'lost' }])
    await expect(contract.control('POST', `disputes/${whole.id}/win`)).rejects.toThrow('400')
    await expect(open('ch_nonsense')).rejects.toThrow('400')
  })

  it('calls back the refund that is still on its way', async () => {
    const { stripe } = contract
    const { charge } = await pay('pm_card_pendingRefund')
    const refund = await stripe.refunds.create({ charge, amount: 400 })
    await contract.control('POST', 'disputes', { payment: charge })
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({
      status: 'failed',
      failure_reason: 'charge_for_pending_refund_disputed',
    })
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 0, disputed: true })
  })
})

describe.skipIf(AGAINST_STRIPE)('an inquiry', () => {
  it('moves no money, lets refunds through, and is closed when nothing comes of it', async () => {
    const { stripe, charge, dispute } = await disputed('pm_card_createDisputeInquiry')
    expect(dispute).toMatchObject({
      status: 'warning_needs_response',
      is_charge_refundable: true,
      balance_transactions: [],
      payment_method_details: { card: { case_type: 'inquiry' } },
    })
    expect(await stripe.refunds.create({ charge, amount: 200 })).toMatchObject({ status: 'succeeded' })
    await passes(121 * DAY)
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({
      status: 'warning_closed',
      is_charge_refundable: true,
      balance_transactions: [],
    })
    // The list of events reaches back thirty days, so it has forgotten the beginning.
    expect(await eventsAbout(stripe, dispute.id)).toEqual(['charge.dispute.closed'])
  })

  it('becomes a chargeback for the whole amount when it is escalated, a refund before it notwithstanding', async () => {
    const { stripe, charge, dispute } = await disputed('pm_card_createDisputeInquiry')
    await stripe.refunds.create({ charge, amount: 200 })
    expect(await submit(dispute.id, 'escalate_inquiry_evidence')).toMatchObject({
      status: 'warning_under_review',
    })
    await passes(10)
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({
      status: 'needs_response',
      is_charge_refundable: false,
      balance_transactions: [{ amount: -1000 }],
    })
    expect(await refusal(stripe.refunds.create({ charge }))).toMatchObject({ code: 'charge_disputed' })
  })
})

describe.skipIf(AGAINST_STRIPE)('an early fraud warning', () => {
  it('comes with its card, moves nothing, and is done with once the charge is refunded', async () => {
    const { stripe } = contract
    const { intent, charge } = await pay('pm_card_createIssuerFraudRecord')
    const [warning] = (await stripe.radar.earlyFraudWarnings.list({ payment_intent: intent })).data
    const id = warning?.id ?? ''
    expect(warning).toMatchObject({ charge, actionable: true, object: 'radar.early_fraud_warning' })
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ disputed: false })
    await stripe.refunds.create({ charge })
    expect(await stripe.radar.earlyFraudWarnings.retrieve(id, { expand: ['charge'] })).toMatchObject({
      actionable: false,
      charge: { id: charge, refunded: true },
    })
    expect(await eventsAbout(stripe, id)).toEqual([
      'radar.early_fraud_warning.created',
      'radar.early_fraud_warning.updated',
    ])
  })

  it('comes on request too, and a dispute ends it', async () => {
    const { stripe } = contract
    const { intent, charge } = await pay('pm_card_visa')
    const { id } = await contract.control<{ id: string }>('POST', 'fraud-warnings', { payment: intent })
    await contract.control('POST', 'disputes', { payment: charge })
    expect(await stripe.radar.earlyFraudWarnings.retrieve(id)).toMatchObject({ actionable: false })
  })
})

describe('what is not there', () => {
  it('is 404 by its name', async () => {
    const { stripe } = contract
    expect(await refusal(stripe.disputes.retrieve('du_nonsense'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      param: 'dispute',
    })
    expect(await refusal(stripe.radar.earlyFraudWarnings.retrieve('issfr_nonsense'))).toMatchObject({
      statusCode: 404,
    })
  })
})
