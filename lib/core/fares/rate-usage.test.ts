import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { POSTING_MICROS_MAX, usd } from '@/lib/kit/money'
import { QUANTITY_MAX } from '../usage/report-usage'
import { arrangeFares } from './arrange-fares'
import { FARE_PRICE_MAX, type Fare } from './fare'
import { rateUsage } from './rate-usage'

const START = new Date('2026-01-01T00:00:00Z')
const at = new Date('2026-05-10T12:00:00Z')

const fare = (change: Partial<Fare> = {}): Fare => ({
  kind: 'call',
  prefix: '+',
  effectiveFrom: START,
  name: 'Anywhere',
  price: usd(14_000n),
  incrementSeconds: 6,
  minimumSeconds: 30,
  ...change,
})
const rate = (fares: readonly Fare[], use: Partial<Parameters<typeof rateUsage>[1]> = {}) =>
  rateUsage(arrangeFares(fares), {
    kind: 'call',
    quantity: 60,
    destination: '+4930123456',
    occurredAt: at,
    ...use,
  })
const sms = (change: Partial<Fare> = {}) =>
  fare({ kind: 'sms', incrementSeconds: 1, minimumSeconds: 0, ...change })

describe('rateUsage', () => {
  it.each([
    [0, 0, 0n],
    [1, 30, 7_000n],
    [30, 30, 7_000n],
    [31, 36, 8_400n],
    [36, 36, 8_400n],
    [59, 60, 14_000n],
    [61, 66, 15_400n],
    [86_400, 86_400, 20_160_000n],
  ])('charges a call of %i seconds for %i of them', (quantity, billedQuantity, micros) => {
    expect(rate([fare()], { quantity })).toEqual({
      fareName: 'Anywhere',
      billedQuantity,
      amount: usd(micros),
    })
  })

  it('rounds a minimum that is no whole increment up to one', () => {
    expect(rate([fare({ incrementSeconds: 7, minimumSeconds: 30 })], { quantity: 1 })?.billedQuantity).toBe(
      35,
    )
  })

  it('rounds a fraction of a micro-dollar up', () => {
    const dear = fare({ price: usd(1n), incrementSeconds: 1, minimumSeconds: 0 })
    expect(rate([dear], { quantity: 1 })?.amount).toEqual(usd(1n))
    expect(rate([dear], { quantity: 61 })?.amount).toEqual(usd(2n))
  })

  it('charges messages one by one', () => {
    expect(rate([sms({ price: usd(7_900n) })], { kind: 'sms', quantity: 3 })).toEqual({
      fareName: 'Anywhere',
      billedQuantity: 3,
      amount: usd(23_700n),
    })
  })

  it('takes the longest prefix of the destination, and the empty one for what came in', () => {
    const fares = ['', '+', '+4', '+49', '+4930', '+49301'].map((prefix) => fare({ prefix, name: prefix }))
    const nameOf = (destination: string | null) => rate(fares, { destination })?.fareName
    expect(['+49301', '+4930999', '+4989', '+4420', '+1212', null].map(nameOf)).toEqual([
      '+49301',
      '+4930',
      '+49',
      '+4',
      '+',
      '',
    ])
  })

  it('takes the version that was in force when it occurred, to the millisecond', () => {
    const change = new Date('2026-05-10T00:00:00Z')
    const fares = [fare({ name: 'old' }), fare({ name: 'new', effectiveFrom: change })]
    const nameAt = (time: number) => rate(fares, { occurredAt: new Date(time) })?.fareName
    expect([nameAt(change.getTime() - 1), nameAt(change.getTime())]).toEqual(['old', 'new'])
    expect(nameAt(START.getTime() - 1)).toBeUndefined()
  })

  it('falls back to a shorter prefix before the longer one began', () => {
    const later = new Date('2027-01-01T00:00:00Z')
    const fares = [fare(), fare({ prefix: '+49', name: 'Germany', effectiveFrom: later })]
    expect(rate(fares)?.fareName).toBe('Anywhere')
    expect(rate(fares, { occurredAt: later })?.fareName).toBe('Germany')
  })

  it('says where no fare says what it costs', () => {
    expect(rate([])).toBeNull()
    expect(rate([sms()])).toBeNull()
    expect(rate([fare({ prefix: '+1' })])).toBeNull()
    expect(rate([fare()], { destination: null })).toBeNull()
  })

  it('never makes an amount that no posting could carry', () => {
    const dearest = { price: usd(FARE_PRICE_MAX), incrementSeconds: 3_599, minimumSeconds: 3_600 }
    for (const [kind, quantity] of [
      ['call', QUANTITY_MAX.call],
      ['sms', QUANTITY_MAX.sms],
    ] as const) {
      const amount = rate([fare(dearest), sms(dearest)], { kind, quantity })?.amount.micros
      expect(amount).toBeLessThanOrEqual(POSTING_MICROS_MAX)
    }
  })

  it('agrees with counting second by second and scanning every fare', () => {
    fc.assert(
      fc.property(fc.array(anyFare, { maxLength: 30 }), anyUse, (fares, use) => {
        expect(rateUsage(arrangeFares(onePerVersion(fares)), use)).toEqual(model(onePerVersion(fares), use))
      }),
      { numRuns: 500 },
    )
  })
})

const moment = fc.integer({ min: 0, max: 6 }).map((days) => new Date(START.getTime() + days * 86_400_000))
const digits = fc.array(fc.constantFrom('1', '4', '9'), { maxLength: 4 }).map((list) => list.join(''))
const anyFare = fc.record({
  kind: fc.constantFrom('call' as const, 'sms' as const),
  prefix: fc.oneof(
    fc.constant(''),
    digits.map((text) => `+${text}`),
  ),
  effectiveFrom: moment,
  name: fc.string(),
  price: fc.bigInt({ min: 0n, max: FARE_PRICE_MAX }).map(usd),
  incrementSeconds: fc.integer({ min: 1, max: 90 }),
  minimumSeconds: fc.integer({ min: 0, max: 90 }),
})
const anyUse = fc.record({
  kind: fc.constantFrom('call' as const, 'sms' as const),
  quantity: fc.integer({ min: 0, max: 1_000 }),
  destination: fc.option(digits.map((text) => `+${text}555`)),
  occurredAt: moment,
})

function onePerVersion(fares: readonly Fare[]): readonly Fare[] {
  const keyed = fares.map(
    (one) => [`${one.kind} ${one.prefix} ${one.effectiveFrom.toISOString()}`, one] as const,
  )
  return [...new Map(keyed).values()]
}

/** The rule, told the slow way: seconds are charged one after the other until the call is over and all rules are met. */
function model(fares: readonly Fare[], use: Parameters<typeof rateUsage>[1]): ReturnType<typeof rateUsage> {
  const [best] = fares
    .filter((one) => one.kind === use.kind && (use.destination ?? '').startsWith(one.prefix))
    .filter((one) => one.effectiveFrom <= use.occurredAt)
    .toSorted(
      (a, b) => b.prefix.length - a.prefix.length || b.effectiveFrom.getTime() - a.effectiveFrom.getTime(),
    )
  if (best === undefined) return null
  let billed = 0
  if (use.kind === 'sms') billed = use.quantity
  else {
    while (
      use.quantity > 0 &&
      (billed < use.quantity || billed < best.minimumSeconds || billed % best.incrementSeconds > 0)
    )
      billed += 1
  }
  const perMinute = best.price.micros * BigInt(billed)
  let micros = use.kind === 'sms' ? perMinute : perMinute / 60n
  if (use.kind === 'call' && perMinute % 60n !== 0n) micros += 1n
  return { fareName: best.name, billedQuantity: billed, amount: usd(micros) }
}
