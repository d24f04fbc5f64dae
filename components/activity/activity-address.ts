import type { ActivityFilter } from '@/lib/core/activity/list-activity'

export const CHART_PERIODS = [30, 90] as const
export type ChartPeriod = (typeof CHART_PERIODS)[number]

/** What the activity page shows, as its address says it. */
export type ActivityView = Readonly<{ filter: ActivityFilter; days: ChartPeriod }>

const DEFAULTS: ActivityView = { filter: 'all', days: 30 }

const FILTERS: ReadonlyMap<string, ActivityFilter> = new Map([
  ['all', 'all'],
  ['usage', 'usage'],
  ['payment-credits', 'payment-credits'],
])

/** What is missing, or is none of ours, is the default. */
export function readActivityView(
  query: Readonly<Record<string, string | string[] | undefined>>,
): ActivityView {
  const { filter, days } = query
  return {
    filter: FILTERS.get(String(filter)) ?? DEFAULTS.filter,
    days: CHART_PERIODS.find((period) => String(period) === days) ?? DEFAULTS.days,
  }
}

/** The address of a view; it names only what is not the default. */
export function activityAddress({ filter, days }: ActivityView): string {
  const query = new URLSearchParams({
    ...(filter === DEFAULTS.filter ? {} : { filter }),
    ...(days === DEFAULTS.days ? {} : { days: String(days) }),
  }).toString()
  return query === '' ? '/activity' : `/activity?${query}`
}
