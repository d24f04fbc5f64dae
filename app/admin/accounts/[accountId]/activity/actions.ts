'use server'

import { z } from 'zod'
import { ACTIVITY_ROWS } from '@/app/(dashboard)/activity/activity-rows'
import type { MoreActivity } from '@/components/activity/use-more-activity'
import { ACTIVITY_FILTERS, listActivity, type ActivityFilter } from '@/lib/core/activity/list-activity'
import { staffAction } from '@/lib/http/action'
import { accountIdSchema, readerOf } from '@/lib/http/require-staff'

const submitRead = staffAction({
  scope: 'staff:read',
  input: z.object({
    accountId: accountIdSchema,
    filter: z.enum(ACTIVITY_FILTERS),
    cursor: z.string().max(200),
  }),
  handler: async (ctx, { accountId, filter, cursor }): Promise<MoreActivity> => {
    const reader = await readerOf(ctx, accountId)
    return { kind: 'page', page: await listActivity(reader, { filter, cursor, limit: ACTIVITY_ROWS }) }
  },
  refused: ({ message }): MoreActivity => ({ kind: 'failed', message }),
})

/** The page of an account's activity after a `nextCursor`, or why it could not be read. */
export async function readActivityOf(
  accountId: string,
  request: Readonly<{ filter: ActivityFilter; cursor: string }>,
): Promise<MoreActivity> {
  return submitRead({ accountId, ...request })
}
