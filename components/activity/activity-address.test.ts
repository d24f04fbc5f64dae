import { expect, test } from 'vitest'
import { activityAddress, readActivityView } from './activity-address'

test('every view comes back from its address', () => {
  for (const filter of ['all', 'usage', 'payment-credits'] as const) {
    for (const days of [30, 90] as const) {
      const { searchParams } = new URL(activityAddress({ filter, days }), 'http://localhost')
      expect(readActivityView(Object.fromEntries(searchParams))).toEqual({ filter, days })
    }
  }
  expect(activityAddress({ filter: 'all', days: 30 })).toBe('/activity')
})

test.each([
  {},
  { filter: 'everything', days: '31' },
  { filter: ['usage', 'all'], days: ['90', '30'] },
  { filter: '', days: '' },
])('what is none of ours shows everything of 30 days', (query) => {
  expect(readActivityView(query)).toEqual({ filter: 'all', days: 30 })
})
