import { scaleBand, scaleLinear } from 'd3-scale'
import type { UsageDay, UsageKind } from '@/lib/core/usage/get-usage-by-day'
import { MICROS_PER_CENT, usd, ZERO, type Money } from '@/lib/kit/money'

/** From the ground up. */
export const CHART_KINDS = ['call', 'sms', 'number', 'other'] as const satisfies readonly UsageKind[]

/** What was used, at its price: `worth` is what the wallet paid and what a subscription covered. */
export type Used = Readonly<{ worth: Money; covered: Money; events: number }>

export type ChartBar = Readonly<{ kind: UsageKind; y: number; height: number }>
export type ChartColumn = Readonly<{
  /** `2026-05-10`, in UTC. */
  day: string
  /** Where it stands, in percent of the chart's width. */
  x: number
  width: number
  bars: readonly ChartBar[]
  total: Used
  kinds: Readonly<Record<UsageKind, Used>>
}>

export type UsageLayout = Readonly<{
  columns: readonly ChartColumn[]
  /** Lines across, each with what it stands for; `y` in pixels from the top. */
  ticks: readonly Readonly<{ y: number; worth: Money }>[]
  total: Used
  kinds: Readonly<Record<UsageKind, Used>>
}>

const NOTHING: Used = { worth: ZERO, covered: ZERO, events: 0 }

/** What is not nothing can be seen. */
const BAR_PIXELS_MIN = 2

/** Where each day's usage stands in a chart of this height. Amounts become floats for their place alone. */
export function layOutUsage(days: readonly UsageDay[], heightPixels: number): UsageLayout {
  const used = days.map(({ day, kinds }) => ({ day, kinds: usedOf(kinds) }))
  const totals = used.map(({ kinds }) => sum(Object.values(kinds)))
  const most = totals.reduce((max, { worth }) => (worth.micros > max ? worth.micros : max), MICROS_PER_CENT)
  const y = scaleLinear([0, Number(most)], [heightPixels, 0]).nice(4)
  const x = scaleBand(
    days.map(({ day }) => day),
    [0, 100],
  ).paddingInner(0.25)
  return {
    columns: used.map(({ day, kinds }, index) => ({
      day,
      x: x(day) ?? 0,
      width: x.bandwidth(),
      bars: stack(kinds, (micros) => heightPixels - y(micros), heightPixels),
      total: totals[index] ?? NOTHING,
      kinds,
    })),
    ticks: y.ticks(4).map((micros) => ({ y: y(micros), worth: usd(BigInt(Math.round(micros))) })),
    total: sum(totals),
    kinds: eachKind((kind) => sum(used.map((day) => day.kinds[kind]))),
  }
}

function stack(
  kinds: Readonly<Record<UsageKind, Used>>,
  pixelsOf: (micros: number) => number,
  heightPixels: number,
): ChartBar[] {
  let ground = heightPixels
  return CHART_KINDS.flatMap((kind) => {
    const { micros } = kinds[kind].worth
    if (micros <= 0n) return []
    const height = Math.max(BAR_PIXELS_MIN, pixelsOf(Number(micros)))
    ground -= height
    return [{ kind, y: Math.max(0, ground), height }]
  })
}

function usedOf(kinds: UsageDay['kinds']): Record<UsageKind, Used> {
  return eachKind((kind) => {
    const { wallet, covered, events } = kinds[kind]
    return { worth: usd(wallet.micros + covered.micros), covered, events }
  })
}

function eachKind<Value>(valueOf: (kind: UsageKind) => Value): Record<UsageKind, Value> {
  return { call: valueOf('call'), sms: valueOf('sms'), number: valueOf('number'), other: valueOf('other') }
}

function sum(parts: readonly Used[]): Used {
  return parts.reduce(
    (total, part) => ({
      worth: usd(total.worth.micros + part.worth.micros),
      covered: usd(total.covered.micros + part.covered.micros),
      events: total.events + part.events,
    }),
    NOTHING,
  )
}
