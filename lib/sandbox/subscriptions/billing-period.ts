/** How often a price recurs. */
export type Recurrence = Readonly<{ interval: 'day' | 'week' | 'month' | 'year'; count: number }>

/** Unix seconds; the end is the next period's start. */
export type Period = Readonly<{ start: number; end: number }>

const DAY = 86_400
const SECONDS = { day: DAY, week: 7 * DAY } as const
const MONTHS = { month: 1, year: 12 } as const

/**
 * The billing period that holds `moment`, counted from the anchor: the same day of the month at the same second of
 * the day, or the month's last day where it has no such day (31 January, 28 February, 31 March). All in UTC.
 */
export function periodAt(anchor: number, recurrence: Recurrence, moment: number): Period {
  let index = roughIndex(anchor, recurrence, moment)
  while (boundary(anchor, recurrence, index) > moment) index--
  while (boundary(anchor, recurrence, index + 1) <= moment) index++
  return { start: boundary(anchor, recurrence, index), end: boundary(anchor, recurrence, index + 1) }
}

/** The start of the period `index` periods after the anchor; before it where negative. */
function boundary(anchor: number, { interval, count }: Recurrence, index: number): number {
  return interval === 'day' || interval === 'week'
    ? anchor + index * count * SECONDS[interval]
    : addMonths(anchor, index * count * MONTHS[interval])
}

/** Close enough to the wanted index that a step or two finds it. */
function roughIndex(anchor: number, { interval, count }: Recurrence, moment: number): number {
  const length = { day: DAY, week: 7 * DAY, month: 30.44 * DAY, year: 365.25 * DAY }[interval] * count
  return Math.floor((moment - anchor) / length)
}

/** So many months later, on the same day or on the month's last one. */
export function addMonths(seconds: number, months: number): number {
  const from = new Date(seconds * 1000)
  const year = from.getUTCFullYear()
  const month = from.getUTCMonth() + months
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  const day = Math.min(from.getUTCDate(), lastDay)
  const midnight = Date.UTC(year, month, day)
  return midnight / 1000 + (seconds - Math.floor(seconds / DAY) * DAY)
}
