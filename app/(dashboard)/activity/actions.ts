'use server'

import { z } from 'zod'
import type { MoreActivity } from '@/components/activity/use-more-activity'
import { ACTIVITY_FILTERS, listActivity, type ActivityFilter } from '@/lib/core/activity/list-activity'
import { action } from '@/lib/http/action'
import { ACTIVITY_ROWS } from './activity-rows'

const submitRead = action({
  scope: 'billing:read',
  input: z.object({ filter: z.enum(ACTIVITY_FILTERS), cursor: z.string().max(200) }),
  handler: async (ctx, { filter, cursor }): Promise<MoreActivity> => ({
    kind: 'page',
    page: await listActivity(ctx, { filter, cursor, limit: ACTIVITY_ROWS }),
  }),
  refused: ({ message }): MoreActivity => ({ kind: 'failed', message }),
})

/** The page of activity after a `nextCursor`, or why it could not be read. */
export async function readActivity(
  request: Readonly<{ filter: ActivityFilter; cursor: string }>,
): Promise<MoreActivity> {
  return submitRead(request)
}
