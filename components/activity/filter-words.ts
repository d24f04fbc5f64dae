import type { ActivityFilter } from '@/lib/core/activity/list-activity'

/** What may be listed of the activity, and what that is called. */
export const ACTIVITY_FILTER_WORDS: readonly (readonly [ActivityFilter, string])[] = [
  ['all', 'All'],
  ['usage', 'Usage and rent'],
  ['payment-credits', 'Payments and credits'],
]
