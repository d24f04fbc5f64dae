import { expect, it } from 'vitest'
import type { SavedPaymentMethod } from '../ports/payment-provider'
import { decideExpiringCards } from './decide-expiring-cards'

const method = (expMonth: number, expYear: number): SavedPaymentMethod => ({
  id: `pm_${String(expMonth)}_${String(expYear)}`,
  type: 'card',
  card: { brand: 'visa', last4: '4242', expMonth, expYear },
  email: null,
  isDefault: true,
  createdAt: new Date(0),
})
const idsAt = (now: string, ...methods: SavedPaymentMethod[]) =>
  decideExpiringCards(methods, new Date(now)).map(({ id }) => id)

it('a card is good until the end of its month, and told of thirty days before', () => {
  const november = method(11, 2026)
  expect(idsAt('2026-10-31T23:59:59.999Z', november)).toEqual([])
  expect(idsAt('2026-11-01T00:00:00Z', november)).toEqual(['pm_11_2026'])
  expect(idsAt('2026-11-30T23:59:59.999Z', november)).toEqual(['pm_11_2026'])
  expect(idsAt('2026-12-01T00:00:00Z', november)).toEqual([])
})

it('the year turns after December, and February is short', () => {
  expect(idsAt('2026-12-31T23:59:59Z', method(12, 2026), method(1, 2027), method(1, 2026))).toEqual([
    'pm_12_2026',
  ])
  expect(idsAt('2027-01-30T00:00:00Z', method(1, 2027), method(2, 2027))).toEqual(['pm_1_2027', 'pm_2_2027'])
})

it('what is no card does not expire', () => {
  expect(idsAt('2026-11-15T00:00:00Z', { ...method(11, 2026), type: 'link', card: null })).toEqual([])
})
