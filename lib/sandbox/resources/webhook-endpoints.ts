import { invalidParameter, missingResource } from '../http/api-error'
import { clearable, flag, listOf, metadata, required, text } from '../http/fields'
import { listObjects, PAGE } from '../http/lists'
import { route } from '../http/routes'
import { newId, randomText } from '../ids'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { API_VERSION } from '../wire'
import { EVENT_TYPES } from '../webhooks/event-types'
import { changedFields } from './changed-fields'
import { merged } from './merge-metadata'

async function findEndpoint(unit: Unit, id: string): Promise<Body<'webhook_endpoint'>> {
  const row = await unit.row('webhook_endpoint', id)
  if (row === null || row.deleted) throw missingResource('webhook endpoint', id, 'id')
  return row.body
}

function checkUrl(url: string): void {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw invalidParameter(
      'Invalid URL: An explicit scheme (such as https) must be provided.',
      'url',
      'url_invalid',
    )
  }
}

function checkEvents(events: readonly string[]): void {
  if (events.length === 0) throw invalidParameter('Invalid array', 'enabled_events')
  for (const event of events) {
    if (event !== '*' && !EVENT_TYPES.has(event)) {
      throw invalidParameter(`Invalid enabled_events: ${event} is not an event type.`, 'enabled_events')
    }
  }
}

export const webhookEndpointRoutes = [
  route(
    'POST',
    '/v1/webhook_endpoints',
    'webhook_endpoint',
    {
      api_version: text(),
      description: text(),
      enabled_events: required(listOf(text())),
      metadata: metadata(),
      url: required(text()),
    },
    ({ unit, params }) => {
      checkUrl(params.url)
      checkEvents(params.enabled_events)
      if (params.api_version !== undefined && params.api_version !== API_VERSION) {
        throw invalidParameter(`The local Stripe sends events of version ${API_VERSION} only.`, 'api_version')
      }
      const secret = `whsec_${randomText(32)}`
      const endpoint: Body<'webhook_endpoint'> = {
        id: newId('we'),
        object: 'webhook_endpoint',
        api_version: params.api_version ?? null,
        application: null,
        created: unit.now,
        description: params.description ?? null,
        enabled_events: params.enabled_events,
        livemode: false,
        metadata: merged({}, params.metadata),
        status: 'enabled',
        url: params.url,
      }
      unit.save('webhook_endpoint', endpoint, { hidden: { secret } })
      // Shown once, by the call that makes the endpoint.
      return Promise.resolve({ ...endpoint, secret })
    },
  ),

  route('GET', '/v1/webhook_endpoints/:id', 'webhook_endpoint', {}, ({ unit, id }) => findEndpoint(unit, id)),

  route(
    'POST',
    '/v1/webhook_endpoints/:id',
    'webhook_endpoint',
    {
      description: clearable(text()),
      disabled: flag(),
      enabled_events: listOf(text()),
      metadata: metadata(),
      url: text(),
    },
    async ({ unit, id, params }) => {
      const before = await findEndpoint(unit, id)
      if (params.url !== undefined) checkUrl(params.url)
      if (params.enabled_events !== undefined) checkEvents(params.enabled_events)
      const wished = params.disabled === true ? 'disabled' : 'enabled'
      const after: Body<'webhook_endpoint'> = {
        ...before,
        description: params.description === undefined ? before.description : params.description,
        enabled_events: params.enabled_events ?? before.enabled_events,
        metadata: merged(before.metadata, params.metadata),
        status: params.disabled === undefined ? before.status : wished,
        url: params.url ?? before.url,
      }
      return changedFields(before, after) === null ? before : unit.save('webhook_endpoint', after)
    },
  ),

  route('DELETE', '/v1/webhook_endpoints/:id', 'deleted', {}, async ({ unit, id }) => {
    unit.save('webhook_endpoint', await findEndpoint(unit, id), { deleted: true })
    return { id, object: 'webhook_endpoint', deleted: true }
  }),

  route('GET', '/v1/webhook_endpoints', 'list:webhook_endpoint', PAGE, ({ unit, params }) =>
    listObjects(unit, 'webhook_endpoint', params, { url: '/v1/webhook_endpoints' }),
  ),
]
