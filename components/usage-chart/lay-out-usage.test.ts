import { expect, test } from 'vitest'
import type { UsageDay, UsageTotal } from '@/lib/core/usage/get-usage-by-day'
import { usd, ZERO } from '@/lib/kit/money'
import { layOutUsage } from './lay-out-usage'

const HEIGHT = 200
const none: UsageTotal = { wallet: ZERO, covered: ZERO, events: 0 }
const paid = (micros: bigint, events = 1): UsageTotal => ({ wallet: usd(micros), covered: ZERO, events })
const dayOf = (day: string, kinds: Partial<UsageDay['kinds']>): UsageDay => ({
  day,
  kinds: { call: none, sms: none, number: none, other: none, ...kinds },
})

test('kinds stand on one another, each as high as its share, and the total reaches its tick', () => {
  const { columns, ticks, total } = layOutUsage(
    [dayOf('2026-05-10', { call: paid(3_000_000n), sms: paid(1_000_000n, 4) }), dayOf('2026-05-11', {})],
    HEIGHT,
  )
  const top = ticks.find(({ worth }) => worth.micros === 4_000_000n)?.y
  expect(columns[0]?.bars).toEqual([
    { kind: 'call', y: HEIGHT - 150, height: 150 },
    { kind: 'sms', y: top, height: 50 },
  ])
  expect(columns[1]?.bars).toEqual([])
  expect(total).toEqual({ worth: usd(4_000_000n), covered: ZERO, events: 5 })
})

test('what a subscription covered counts at its price', () => {
  const covered = { wallet: usd(7_500n), covered: usd(2_500n), events: 2 }
  const { columns, kinds } = layOutUsage([dayOf('2026-05-10', { sms: covered })], HEIGHT)
  expect(kinds.sms).toEqual({ worth: usd(10_000n), covered: usd(2_500n), events: 2 })
  expect(columns[0]?.bars).toEqual([{ kind: 'sms', y: 0, height: HEIGHT }])
})

test('a message beside an expensive call can be seen, and stays in the chart', () => {
  const kinds = { call: paid(1_000_000_000n), sms: paid(1n), other: paid(1n) }
  const bars = layOutUsage([dayOf('2026-05-10', kinds)], HEIGHT).columns[0]?.bars ?? []
  for (const { y, height } of bars) {
    expect(height).toBeGreaterThanOrEqual(2)
    expect(y).toBeGreaterThanOrEqual(0)
  }
})

test.each([30, 90, 400])('%i columns fill the width, apart from one another', (count) => {
  const days = Array.from({ length: count }, (_, i) =>
    dayOf(new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10), { call: paid(BigInt(i)) }),
  )
  const { columns } = layOutUsage(days, HEIGHT)
  expect(columns[0]?.x).toBeCloseTo(0)
  for (const [i, { x, width }] of columns.entries()) {
    expect(x + width).toBeLessThan((columns[i + 1]?.x ?? 100) + 1e-6)
  }
})

test('without usage there is a scale of a cent and no bar', () => {
  const { ticks, columns } = layOutUsage([dayOf('2026-05-10', {})], HEIGHT)
  expect(ticks.map(({ worth }) => worth.micros)).toContain(10_000n)
  expect(columns[0]?.bars).toEqual([])
})
