import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { requireScope } from '../actor'
import type { Context } from '../context'
import type { ActivityMoment } from './activity-cursor'
import { parseActivityItem, type ActivityItem } from './activity-item'
import type { ActivityFilter } from './list-activity'

/** Rows that are held in memory at once. */
const PAGE_SIZE = 1_000

const bound = z.object({ posting_max: z.bigint(), recorded_max: z.string() })
type Bound = z.infer<typeof bound>

/**
 * The whole activity of the account, newest first, page by page as it is asked for: each page is a statement of its own,
 * so a slow reader holds no connection and no snapshot. What is booked after the call is left out, late or not.
 * @throws BillingError `impersonating`, since what staff may look at is not theirs to take away; `database_unavailable`,
 * also while pages are read
 */
export async function exportActivity(
  ctx: Context,
  { filter }: Readonly<{ filter: ActivityFilter }>,
): Promise<AsyncIterable<readonly ActivityItem[]>> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  if (ctx.actor.kind === 'impersonator') {
    throw new BillingError('impersonating', 'Not available during impersonation.')
  }
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql`select posting_max, recorded_max::text from activity_bound(${accountId})`,
  )
  return readPages(ctx, { accountId, filter, until: bound.parse(row) })
}

type Reading = Readonly<{ accountId: bigint; filter: ActivityFilter; until: Bound }>

async function* readPages(ctx: Context, reading: Reading): AsyncGenerator<readonly ActivityItem[]> {
  for (let before: ActivityMoment | null = 'infinity'; before !== null;) {
    const items = await readPage(ctx, reading, before)
    if (items.length > 0) yield items
    before = items.length < PAGE_SIZE ? null : (items.at(-1)?.occurredAt ?? null)
  }
}

async function readPage(
  ctx: Context,
  { accountId, filter, until }: Reading,
  before: ActivityMoment,
): Promise<readonly ActivityItem[]> {
  const rows = await callDatabase(
    ctx.db,
    (sql) => sql`
      select * from read_activity(${accountId}, ${filter}, ${before}::text::timestamptz, ${PAGE_SIZE},
        ${until.posting_max}, ${until.recorded_max}::text::timestamptz)`,
  )
  return rows.map(parseActivityItem)
}
