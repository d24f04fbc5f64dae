import { invalidParameter, missingResource } from '../http/api-error'
import { flag, listOf, range, text } from '../http/fields'
import { PAGE } from '../http/lists'
import { route } from '../http/routes'

/** Stripe tells events of the last 30 days. */
const RETENTION_SECONDS = 30 * 86_400

export const eventRoutes = [
  route('GET', '/v1/events/:id', 'event', {}, async ({ unit, id }) => {
    const event = await unit.event(id)
    if (event === null) throw missingResource('event', id, 'id')
    return event
  }),

  route(
    'GET',
    '/v1/events',
    'list:event',
    { ...PAGE, created: range(), delivery_success: flag(), type: text(), types: listOf(text(), { max: 20 }) },
    async ({ unit, params }) => {
      if (params.type !== undefined && params.types !== undefined) {
        throw invalidParameter('You may only specify one of these parameters: type, types.', 'types')
      }
      for (const cursor of ['starting_after', 'ending_before'] as const) {
        const id = params[cursor]
        if (id !== undefined && (await unit.event(id)) === null) throw missingResource('event', id, cursor)
      }
      const limit = params.limit ?? 10
      const found = await unit.events({
        types: params.type === undefined ? (params.types ?? null) : [params.type],
        created: params.created,
        delivered: params.delivery_success ?? null,
        limit: limit + 1,
        startingAfter: params.starting_after,
        endingBefore: params.ending_before,
        since: unit.now - RETENTION_SECONDS,
      })
      const data = params.ending_before === undefined ? found.slice(0, limit) : found.slice(-limit)
      return { object: 'list', url: '/v1/events', has_more: found.length > limit, data }
    },
  ),
]
