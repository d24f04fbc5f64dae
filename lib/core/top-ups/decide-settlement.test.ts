import { describe, expect, it } from 'vitest'
import { usdFromCents, ZERO } from '@/lib/kit/money'
import type { InvoiceSnapshot } from '../ports/payment-provider'
import { decideSettlement } from './decide-settlement'

const PAID_AT = new Date('2026-11-21T12:00:00Z')
const PAID: InvoiceSnapshot = {
  id: 'in_1',
  status: 'paid',
  customerId: 'cus_1',
  livemode: false,
  currency: 'USD',
  subscriptionId: null,
  paidByCharge: usdFromCents(2500),
  paidAt: PAID_AT,
  paymentMethodId: 'pm_1',
  paymentIds: ['pi_1'],
  orderId: 'ord_1',
  hostedInvoiceUrl: null,
  invoicePdf: null,
  nothingDue: false,
  subscriptionLines: [],
  itemIds: [],
  attempt: null,
}

const decide = (change: Partial<InvoiceSnapshot>, livemode = false) =>
  decideSettlement({ ...PAID, ...change }, livemode)

describe('decideSettlement', () => {
  it('books what a charge paid, at the moment it was paid', () => {
    expect(decide({})).toEqual({
      kind: 'book',
      into: 'wallet',
      customerId: 'cus_1',
      paid: usdFromCents(2500),
      paidAt: PAID_AT,
    })
  })

  it("books a subscription's invoice beside the wallet", () => {
    expect(decide({ subscriptionId: 'sub_1' })).toMatchObject({ kind: 'book', into: 'subscriptions' })
  })

  it("books a subscription's invoice that left nothing to pay, but no other", () => {
    const free = { paidByCharge: null, nothingDue: true }
    expect(decide({ ...free, subscriptionId: 'sub_1' })).toMatchObject({ kind: 'book', paid: ZERO })
    expect(decide(free)).toMatchObject({ kind: 'quarantine' })
  })

  it('waits while an invoice is unpaid, and leaves a closed one alone', () => {
    expect(decide({ status: 'draft' })).toEqual({ kind: 'not_paid' })
    expect(decide({ status: 'open', paidByCharge: null })).toEqual({ kind: 'not_paid' })
    expect(decide({ status: 'void' })).toEqual({ kind: 'closed' })
    expect(decide({ status: 'uncollectible' })).toEqual({ kind: 'closed' })
  })

  it.each([
    ['is settled out of band', { paidByCharge: null }, 'not_paid_by_a_charge'],
    ['is paid for zero', { paidByCharge: ZERO }, 'not_paid_by_a_charge'],
    ['has no moment of payment', { paidAt: null }, 'not_paid_by_a_charge'],
    ['is of another currency', { currency: 'EUR', paidByCharge: null }, 'currency_differs'],
    ['has no customer', { customerId: null }, 'customer_missing'],
    ['is of the other mode', { livemode: true }, 'livemode_differs'],
  ])('leaves an invoice to staff that %s', (_name, change, reason) => {
    expect(decide(change)).toEqual({ kind: 'quarantine', reason })
  })

  it('leaves an invoice to staff that the provider does not know', () => {
    expect(decideSettlement(null, false)).toEqual({ kind: 'quarantine', reason: 'invoice_unknown' })
  })
})
