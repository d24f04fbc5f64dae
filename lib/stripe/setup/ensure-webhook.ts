import type Stripe from 'stripe'
import { SUBSCRIBED_EVENT_TYPES } from '@/lib/core/ports/payment-events'
import { API_VERSION } from '../open-client'
import type { Wire } from '../wire'
import { onceOptions } from './ensure-price'
import type { SetupItem } from '../set-up-stripe'

/** What the handlers act on, and no more: Stripe need not deliver what would be ignored. */
const ENABLED_EVENTS = [...SUBSCRIBED_EVENT_TYPES] satisfies Wire<
  Stripe.WebhookEndpointCreateParams['enabled_events']
>

type Wanted = Readonly<{ appUrl: string; replaceWebhook: boolean }>

/**
 * The endpoint that Stripe delivers to, with our API version and our events. `secret` is null for one that was there.
 * @throws Error where the one that is there renders events in another API version, which cannot be changed
 */
export async function ensureWebhook(
  client: Stripe,
  { appUrl, replaceWebhook }: Wanted,
): Promise<{ item: SetupItem; secret: string | null }> {
  const url = `${new URL(appUrl).origin}/api/stripe/webhook`
  const what = `webhook endpoint ${url}`
  const found = await findEndpoint(client, url)
  if (found !== null && !replaceWebhook) {
    if (found.api_version !== API_VERSION) {
      throw new Error(
        `The ${what} has API version ${String(found.api_version)} instead of ${API_VERSION}: run again with --replace-webhook, which makes a new secret.`,
      )
    }
    await client.webhookEndpoints.update(
      found.id,
      { enabled_events: ENABLED_EVENTS, disabled: false },
      onceOptions(),
    )
    return { item: { what, id: found.id, made: false }, secret: null }
  }
  if (found !== null) await client.webhookEndpoints.del(found.id)
  const made = await client.webhookEndpoints.create(
    { url, api_version: API_VERSION, enabled_events: ENABLED_EVENTS, description: 'Talktime' },
    onceOptions(),
  )
  return { item: { what, id: made.id, made: true }, secret: made.secret ?? null }
}

async function findEndpoint(client: Stripe, url: string): Promise<Stripe.WebhookEndpoint | null> {
  for await (const endpoint of client.webhookEndpoints.list({ limit: 100 })) {
    if (endpoint.url === url) return endpoint
  }
  return null
}
