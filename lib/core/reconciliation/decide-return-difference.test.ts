import { expect, it } from 'vitest'
import { usdFromCents } from '@/lib/kit/money'
import type { PaymentReturn } from '../ports/payment-provider'
import { decideReturnDifference, type BookedReturn } from './decide-return-difference'

const SAID: PaymentReturn = {
  id: 're_1',
  kind: 'refund',
  state: 'succeeded',
  currency: 'USD',
  amount: usdFromCents(500),
  isWithdrawn: true,
  reason: null,
  respondBy: null,
  createdAt: new Date('2027-03-01T12:00:00Z'),
  requestId: null,
}
const BOOKED: BookedReturn = {
  id: 're_1',
  effect: 'claws',
  amount: usdFromCents(500),
  accountId: 1n,
  isApplied: true,
  isDismissed: false,
}
const FAILED: Partial<PaymentReturn> = { state: 'failed', isWithdrawn: false }

it.each<[string, Partial<PaymentReturn> | null, Partial<BookedReturn> | null, string | null]>([
  ['both have it', {}, {}, null],
  ['the books have never heard of it', {}, null, 'missing_in_books'],
  ['it failed, and the books have never heard of it', FAILED, null, null],
  ['it failed, and the books gave the credit back', FAILED, { effect: 'none' }, null],
  ['it failed, and the books still take the credit', FAILED, {}, 'state_differs'],
  ['the provider does not know it', null, {}, 'missing_at_provider'],
  ['nobody has it', null, null, null],
  ['the books have a cent less', {}, { amount: usdFromCents(499) }, 'amount_differs'],
  ['it is not in dollars', { amount: null, currency: 'EUR' }, {}, 'amount_differs'],
  ['the credit was not taken', {}, { isApplied: false }, 'missing_in_books'],
  ['its payment is none of ours', {}, { accountId: null }, 'not_ours'],
  [
    'a dispute was lost, and the books still freeze',
    { kind: 'dispute', state: 'lost' },
    { effect: 'holds' },
    'state_differs',
  ],
  ['a warning stands', { kind: 'warning', state: 'actionable', amount: null }, { effect: 'holds' }, null],
  [
    'staff dismissed a warning',
    { kind: 'warning', state: 'actionable' },
    { effect: 'none', isDismissed: true },
    null,
  ],
])('where %s', (_what, said, booked, kind) => {
  const left = said === null ? null : { ...SAID, ...said }
  expect(decideReturnDifference(left, booked === null ? null : { ...BOOKED, ...booked })).toBe(kind)
})
