import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { readActivityCursor, writeActivityCursor, type ActivityMoment } from './activity-cursor'
import { parseActivityItem, type ActivityItem } from './activity-item'

/** `payment-credits`: everything but usage and rent. */
export const ACTIVITY_FILTERS = ['all', 'usage', 'payment-credits'] as const
export type ActivityFilter = (typeof ACTIVITY_FILTERS)[number]

export const ACTIVITY_PAGE_MAX = 100

export type ActivityRequest = Readonly<{
  filter: ActivityFilter
  /** Clamped to 1 to 100. */
  limit: number
  /** The `nextCursor` of the page before; null for the first page. */
  cursor: string | null
  /** Only what is strictly older, for a caller without a cursor; of both the older counts. */
  before?: ActivityMoment | null
}>

export type ActivityPage = Readonly<{
  items: readonly ActivityItem[]
  hasMore: boolean
  /** For the next page; null on the last. */
  nextCursor: string | null
}>

/**
 * What happened in the account, newest first: usage, rent, credit, payments. Each item has a moment of its own which
 * never changes, and pages are cut by it: following `nextCursor` (or the last `occurredAt`) shows everything that was
 * there at the beginning once, whatever is booked meanwhile. What comes late is shown at the moment it happened, so a
 * reader who has passed that moment meets it on the next reading from the start.
 * @throws BillingError `invalid_input` (cursor), `database_unavailable`
 */
export async function listActivity(ctx: Context, request: ActivityRequest): Promise<ActivityPage> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const limit = Math.min(ACTIVITY_PAGE_MAX, Math.max(1, request.limit))
  const before = olderOf(readCursor(accountId, request.cursor), request.before ?? null)
  const rows = await callDatabase(
    ctx.db,
    (sql) =>
      sql`select * from read_activity(${accountId}, ${request.filter}, ${before ?? 'infinity'}::text::timestamptz, ${limit + 1})`,
  )
  const items = rows.slice(0, limit).map(parseActivityItem)
  const hasMore = rows.length > limit
  const last = items.at(-1)
  const nextCursor = hasMore && last !== undefined ? writeActivityCursor(accountId, last.occurredAt) : null
  return { items, hasMore, nextCursor }
}

function readCursor(accountId: bigint, cursor: string | null): ActivityMoment | null {
  if (cursor === null) return null
  const moment = readActivityCursor(accountId, cursor)
  if (moment !== null) return moment
  throw new BillingError('invalid_input', 'The request is not valid', {
    fields: { formErrors: [], fieldErrors: { cursor: ['Not a cursor of this account'] } },
  })
}

/** Both have the same form, so the order of their texts is that of their moments. */
function olderOf(a: ActivityMoment | null, b: ActivityMoment | null): ActivityMoment | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}
