import { expect, it } from 'vitest'
import { usdFromCents } from '@/lib/kit/money'
import { readDollars } from './read-dollars'

it.each([
  ['25', 2_500],
  [' 25.5 ', 2_550],
  ['25.05', 2_505],
  ['$1,250.00', 125_000],
  ['0.50', 50],
  ['0', 0],
  ['1,234,567', 123_456_700],
])('%s is an amount', (text, cents) => {
  expect(readDollars(text)).toEqual(usdFromCents(cents))
})

it.each([
  '',
  '25.',
  '.5',
  '25.005',
  '-25',
  '+25',
  '1e3',
  '2 5',
  '1,25',
  '12,34,567',
  'NaN',
  '٢٥',
  '99999999',
  '$',
  '25$',
])('%s is none', (text) => {
  expect(readDollars(text)).toBeNull()
})
