import { listActivity } from '@/lib/core/activity/list-activity'
import { endpoint } from '@/lib/http/endpoint'
import { route } from '@/lib/http/route'
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
