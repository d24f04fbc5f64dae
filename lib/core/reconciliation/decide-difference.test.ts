import { expect, it } from 'vitest'
import { usdFromCents } from '@/lib/kit/money'
import { decideDifference } from './decide-difference'

const TEN = usdFromCents(1000)
const NEARLY = usdFromCents(999)

it.each([
  ['nothing happened on either side', null, null, true, null],
  ['both have the same', TEN, TEN, true, null],
  ['the books have nothing', TEN, null, true, 'missing_in_books'],
  ['the provider has nothing', null, TEN, true, 'missing_at_provider'],
  ['the books have a cent less', TEN, NEARLY, true, 'amount_differs'],
  ['the books have a cent more', NEARLY, TEN, true, 'amount_differs'],
  ['it is nobody’s of ours', TEN, null, false, 'not_ours'],
  ['nobody’s of ours paid in other money', 'not_in_dollars', null, false, 'not_ours'],
  ['a customer of ours paid in other money', 'not_in_dollars', null, true, 'missing_in_books'],
  ['the books have dollars for other money', 'not_in_dollars', TEN, true, 'amount_differs'],
] as const)('where %s', (_what, atProvider, inBooks, isOurs, kind) => {
  expect(decideDifference({ atProvider, inBooks, isOurs })).toBe(kind)
})
