import { describe, expect, it } from 'vitest'
import { usdFromCents } from '@/lib/kit/money'
import { parseInvoice } from './invoice'

const intent = { id: 'pi_1', status: 'succeeded', latest_charge: 'ch_1', payment_method: 'pm_1' }
const payment = {
  status: 'paid',
  amount_paid: 2_500,
  currency: 'usd',
  payment: { type: 'payment_intent', payment_intent: intent },
}
const invoice = {
  id: 'in_1',
  status: 'paid',
  customer: 'cus_1',
  livemode: false,
  currency: 'usd',
  metadata: { order_id: 'ord_1', account_id: '1' },
  parent: null,
  payments: { data: [payment] },
  status_transitions: { paid_at: 1_700_000_000 },
  hosted_invoice_url: 'https://invoice.example/1',
  invoice_pdf: 'https://invoice.example/1/pdf',
}
const withPayments = (...data: unknown[]) => parseInvoice({ ...invoice, payments: { data } })

describe('parseInvoice', () => {
  it('says what a charge paid, for which order, with which method', () => {
    expect(parseInvoice(invoice)).toEqual({
      id: 'in_1',
      status: 'paid',
      customerId: 'cus_1',
      livemode: false,
      currency: 'USD',
      subscriptionId: null,
      paidByCharge: usdFromCents(2_500),
      paidAt: new Date(1_700_000_000_000),
      paymentMethodId: 'pm_1',
      paymentIds: ['pi_1'],
      orderId: 'ord_1',
      hostedInvoiceUrl: 'https://invoice.example/1',
      invoicePdf: 'https://invoice.example/1/pdf',
      nothingDue: false,
      subscriptionLines: [],
      itemIds: [],
      attempt: null,
    })
  })

  it('takes ids from objects that Stripe expanded', () => {
    const parsed = parseInvoice({
      ...invoice,
      customer: { id: 'cus_2', deleted: true },
      parent: { subscription_details: { subscription: { id: 'sub_1' } } },
    })
    expect(parsed).toMatchObject({ customerId: 'cus_2', subscriptionId: 'sub_1' })
  })

  it('adds up several charges', () => {
    expect(withPayments(payment, { ...payment, amount_paid: 1 }).paidByCharge).toEqual(usdFromCents(2_501))
  })

  it.each([
    ['it is not paid', { status: 'open' }],
    ['it was marked paid without a payment', { payments: { data: [] } }],
    ['the payments were not read along', { payments: undefined }],
    ['it is in another currency', { currency: 'eur', payments: { data: [{ ...payment, currency: 'eur' }] } }],
  ])('says that no charge paid where %s', (_case, change) => {
    expect(parseInvoice({ ...invoice, ...change }).paidByCharge).toBeNull()
  })

  it.each([
    ['was settled outside Stripe', { payment: { type: 'payment_record', payment_record: 'prec_1' } }],
    ['is still open', { status: 'open' }],
    ['was canceled', { status: 'canceled' }],
    ['was of nothing', { amount_paid: 0 }],
    ['has no amount', { amount_paid: null }],
    ['is in another currency', { currency: 'eur' }],
    ['has an intent that did not succeed', intentWith({ status: 'processing' })],
    ['has an intent without a charge', intentWith({ latest_charge: null })],
    [
      'has an intent that was not read along',
      { payment: { type: 'payment_intent', payment_intent: 'pi_1' } },
    ],
  ])('does not count a payment that %s', (_case, change) => {
    expect(withPayments({ ...payment, ...change }).paidByCharge).toBeNull()
  })

  it.each([
    ['was not tried yet', { status: 'requires_payment_method' }, null],
    ['is under way', { status: 'processing' }, { kind: 'processing' }],
    ['waits for the customer', { status: 'requires_action' }, { kind: 'needs_customer' }],
    [
      'was refused for want of the customer',
      { status: 'requires_payment_method', last_payment_error: { code: 'authentication_required' } },
      { kind: 'needs_customer' },
    ],
    [
      'was refused for want of the customer, as older accounts hear it',
      {
        status: 'requires_payment_method',
        last_payment_error: { code: 'card_declined', decline_code: 'authentication_required' },
      },
      { kind: 'needs_customer' },
    ],
    [
      'was declined',
      {
        status: 'requires_payment_method',
        last_payment_error: { code: 'card_declined', decline_code: 'insufficient_funds' },
      },
      { kind: 'declined', code: 'card_declined', declineCode: 'insufficient_funds' },
    ],
    [
      'was declined without a reason',
      { status: 'requires_payment_method', last_payment_error: { code: 'expired_card' } },
      { kind: 'declined', code: 'expired_card', declineCode: null },
    ],
  ])('tells of an open invoice that its payment %s', (_case, change, attempt) => {
    const data = [{ ...payment, ...intentWith({ latest_charge: null, ...change }), status: 'open' }]
    expect(parseInvoice({ ...invoice, status: 'open', payments: { data } }).attempt).toEqual(attempt)
  })

  it.each([
    ['nothing', null],
    ['a list', []],
    ['another status', { ...invoice, status: 'piad' }],
    ['an amount with a fraction', { ...invoice, payments: { data: [{ ...payment, amount_paid: 0.5 }] } }],
    [
      'an amount beyond exact numbers',
      { ...invoice, payments: { data: [{ ...payment, amount_paid: 2 ** 53 }] } },
    ],
    ['an amount as text', { ...invoice, payments: { data: [{ ...payment, amount_paid: '2500' }] } }],
  ])('treats %s in place of an invoice as an outage', (_case, value) => {
    expect(() => parseInvoice(value)).toThrow(
      expect.objectContaining({ code: 'payment_provider_unavailable' }),
    )
  })
})

function intentWith(change: object) {
  return { payment: { type: 'payment_intent', payment_intent: { ...intent, ...change } } }
}
