import { z } from 'zod'
import { exportActivity } from '@/lib/core/activity/export-activity'
import { ACTIVITY_FILTERS, listActivity } from '@/lib/core/activity/list-activity'
import { ACTIVITY_CSV_HEAD, presentActivityCsv } from '@/lib/core/activity/present-activity-csv'
import type { ActivityItem } from '@/lib/core/activity/activity-item'
import { endpoint } from '@/lib/http/endpoint'
import { route } from '@/lib/http/route'
import { streamText } from '@/lib/http/stream-text'
import { activityQuery } from './activity-contract'
import { dial } from './errors'
import { presentActivity } from './translate-activity'

/** /api/v1/billing/activity */
export const activity = endpoint(dial, {
  GET: route({
    dialect: dial,
    scope: 'billing:read',
    query: activityQuery,
    handler: async (ctx, { query: { starting_after: before, ...rest } }) =>
      presentActivity(await listActivity(ctx, { ...rest, before })),
  }),
})

/** /activity/export: all of the activity as a file, for the dashboard. Its length is not known while it is sent. */
export const activityExport = endpoint(dial, {
  GET: route({
    dialect: dial,
    scope: 'billing:read',
    action: 'export',
    query: z.object({ filter: z.enum(ACTIVITY_FILTERS).default('all') }),
    handler: async (ctx, { query }) => {
      const pages = await exportActivity(ctx, query)
      const name = `talktime-activity-${ctx.now().toISOString().slice(0, 10)}.csv`
      return new Response(streamText(csvOf(pages), ctx.log), {
        headers: {
          'content-type': 'text/csv; charset=utf-8; header=present',
          'content-disposition': `attachment; filename="${name}"`,
        },
      })
    },
  }),
})

async function* csvOf(pages: AsyncIterable<readonly ActivityItem[]>): AsyncGenerator<string> {
  yield ACTIVITY_CSV_HEAD
  for await (const items of pages) yield presentActivityCsv(items)
}
