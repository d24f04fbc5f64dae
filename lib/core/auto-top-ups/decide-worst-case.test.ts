import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { usdFromCents, type Money } from '@/lib/kit/money'
import { decideWorstCase, type WorstCaseTerms } from './decide-worst-case'

const dollars = (amount: number): Money => usdFromCents(amount * 100)
const now = new Date('2026-04-28T12:00:00Z')

/** Switched on: 50 dollars at a time, at most 500 a day, three days left of the month. */
const terms = (change: Partial<WorstCaseTerms> = {}): WorstCaseTerms => ({
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
})
const schedule = (amount: number, on: string) => ({
  scheduledEnabled: true,
  scheduledAmount: dollars(amount),
  nextScheduledOn: on,
})
const more = (change: Partial<WorstCaseTerms>) => decideWorstCase(terms(change), now).more

describe('the worst case of a month', () => {
  it('is every day at its limit, where nothing else holds it', () => {
    expect(decideWorstCase(terms(), now)).toEqual({
      more: dollars(1_500),
      total: dollars(1_500),
      scheduled: [],
      daysLeft: 3,
      heldBy: 'day',
    })
  })

  it('counts whole top-ups only', () => {
    expect(more({ amount: dollars(300) })).toEqual(dollars(900))
    expect(more({ amount: dollars(501) })).toEqual(dollars(0))
  })

  it('has today what today still has room for, and names what was charged before', () => {
    const spent = { today: { held: dollars(460) }, month: { held: dollars(700), charged: dollars(650) } }
    expect(decideWorstCase(terms(spent), now)).toMatchObject({ more: dollars(1_000), total: dollars(1_650) })
  })

  it('ends at the ceiling of the month, in which failed attempts keep their place', () => {
    const change = { monthlyCap: dollars(220), month: { held: dollars(50), charged: dollars(0) } }
    expect(decideWorstCase(terms(change), now)).toMatchObject({
      more: dollars(150),
      total: dollars(150),
      heldBy: 'month',
    })
    expect(more({ monthlyCap: dollars(10) })).toEqual(dollars(0))
  })

  it('has the scheduled charge in it, on its day and under the same ceilings', () => {
    expect(decideWorstCase(terms(schedule(75, '2026-04-29')), now)).toMatchObject({
      more: dollars(1_500),
      scheduled: [],
    })
    expect(
      decideWorstCase(terms({ ...schedule(75, '2026-04-28'), amount: dollars(300) }), now),
    ).toMatchObject({
      more: dollars(975),
      scheduled: [{ amount: dollars(75), on: '2026-04-28' }],
    })
    expect(more({ ...schedule(600, '2026-04-30') })).toEqual(dollars(1_500))
    expect(more({ ...schedule(75, '2026-04-30'), monthlyCap: dollars(100) })).toEqual(dollars(100))
    expect(more({ ...schedule(75, '2026-04-30'), monthlyCap: dollars(80) })).toEqual(dollars(75))
  })

  it('leaves out a schedule of next month, and takes one that is late', () => {
    expect(decideWorstCase(terms(schedule(500, '2026-05-01')), now).scheduled).toEqual([])
    expect(decideWorstCase(terms(schedule(500, '2026-03-31')), now).scheduled).toEqual([
      { amount: dollars(500), on: '2026-03-31' },
    ])
  })

  it('has the late one of last month in it and the one of this month too', () => {
    const late = { ...schedule(75, '2026-03-30'), amount: null }
    expect(decideWorstCase(terms(late), now)).toMatchObject({
      more: dollars(150),
      scheduled: [
        { amount: dollars(75), on: '2026-03-30' },
        { amount: dollars(75), on: '2026-04-30' },
      ],
    })
    expect(more({ ...late, monthlyCap: dollars(100) })).toEqual(dollars(75))
    expect(more({ ...late, today: { held: dollars(450) } })).toEqual(dollars(75))
    expect(more({ ...late, ...schedule(75, '2026-03-28') })).toEqual(dollars(75))
  })

  it('is what was charged already once it is switched off', () => {
    const off = {
      enabled: false,
      ...schedule(75, '2026-04-29'),
      month: { held: dollars(90), charged: dollars(40) },
    }
    expect(decideWorstCase(terms(off), now)).toMatchObject({ more: dollars(0), total: dollars(40) })
  })

  it('is never exceeded and is reached, of all the courses that a month can take', () => {
    const amount = fc.integer({ min: 1, max: 12 })
    fc.assert(
      fc.property(
        fc.record({
          amount,
          scheduled: fc.option(amount),
          on: fc.integer({ min: 27, max: 30 }),
          late: fc.boolean(),
          limit: fc.integer({ min: 0, max: 12 }),
          cap: fc.option(fc.integer({ min: 0, max: 40 })),
          held: fc.integer({ min: 0, max: 12 }),
        }),
        ({ amount, scheduled, on, late, limit, cap, held }) => {
          const dearest = dearestCourse({ amount, scheduled, on, late, limit, cap, held })
          const change: Partial<WorstCaseTerms> = {
            amount: dollars(amount),
            ...(scheduled !== null && schedule(scheduled, `2026-${late ? '03' : '04'}-${String(on)}`)),
            dailyLimit: dollars(limit),
            monthlyCap: cap === null ? null : dollars(cap),
            today: { held: dollars(held) },
            month: { held: dollars(held), charged: dollars(0) },
          }
          expect(more(change)).toEqual(dollars(dearest))
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

type Course = Readonly<{
  amount: number
  scheduled: number | null
  on: number
  /** It is that of the month before, which comes today; this month's own may follow. */
  late: boolean
  limit: number
  cap: number | null
  held: number
}>

/** By trying: every day charges as many top-ups as it likes, and a scheduled one on its day or not at all. */
function dearestCourse({ amount, scheduled, on, late, limit, cap, held }: Course): number {
  const days = [28, 29, 30]
  const scheduledDays = late ? [28, ...(on > 28 ? [on] : [])] : [Math.max(on, 28)]
  const isScheduled = (day: number) => scheduled !== null && scheduledDays.includes(day)
  const courses = (rest: readonly number[], total: number): number => {
    const [day, ...later] = rest
    if (day === undefined) return total
    const room = day === 28 ? limit - held : limit
    let best = 0
    for (const price of isScheduled(day) ? [0, scheduled ?? 0] : [0]) {
      for (let count = 0; price + count * amount <= Math.max(room, 0); count++) {
        const spent = total + price + count * amount
        if (cap === null || held + spent <= cap) best = Math.max(best, courses(later, spent))
      }
    }
    return best
  }
  return courses(days, 0)
}
