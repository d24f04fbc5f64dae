import { expect, it } from 'vitest'
import { decideWorstCase, type WorstCaseTerms } from '@/lib/core/auto-top-ups/decide-worst-case'
import { usdFromCents } from '@/lib/kit/money'
import { worstCaseWords } from './worst-case-words'

const dollars = (amount: number) => usdFromCents(amount * 100)

function words(change: Partial<WorstCaseTerms>, at = '2026-04-28T12:00:00Z'): string {
  const terms: WorstCaseTerms = {
    enabled: true,
    amount: dollars(50),
    scheduledEnabled: false,
    scheduledAmount: null,
    monthlyCap: null,
    nextScheduledOn: null,
    dailyLimit: dollars(500),
    today: { held: dollars(0) },
    month: { held: dollars(0), charged: dollars(0) },
    ...change,
  }
  const now = new Date(at)
  return worstCaseWords(terms, decideWorstCase(terms, now), now)
}

it('says what each day can cost, where nothing else holds it', () => {
  expect(words({})).toBe(
    'If the balance keeps running out, up to $500.00 is charged on each of the 3 days left of April: $1,500.00 more. A monthly limit of your own makes that less.',
  )
  expect(words({}, '2026-04-30T23:59:59Z')).toContain(
    'is charged on today, the last day of April: $500.00 more.',
  )
})

it('says where the limit of the month ends it, and what was charged before', () => {
  const month = { held: dollars(50), charged: dollars(50) }
  expect(words({ monthlyCap: dollars(220), month })).toBe(
    'If the balance keeps running out, $150.00 more is charged: your limit of $220.00 a month ends it. $50.00 was charged this month already.',
  )
})

it('names the scheduled charge and its day', () => {
  const schedule = { scheduledEnabled: true, scheduledAmount: dollars(100), nextScheduledOn: '2026-04-30' }
  expect(words(schedule)).toContain('$100.00 of it is the scheduled charge on 30 Apr 2026.')
  expect(words({ ...schedule, nextScheduledOn: '2026-03-30' })).toContain(
    '$200.00 of it is the scheduled charge on 30 Mar 2026 and 30 Apr 2026.',
  )
})

it('says when nothing more comes: switched off, or no room left', () => {
  expect(words({ enabled: false })).toBe('It is switched off: nothing more is charged.')
  expect(words({ amount: dollars(501) })).toBe(
    'Nothing more can be charged this month: its limits leave no room.',
  )
})
