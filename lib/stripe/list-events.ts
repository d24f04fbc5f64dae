import type Stripe from 'stripe'
import type { PaymentReads, ProviderEventPage } from '@/lib/core/ports/payment-provider'
import { callStripe } from './call-stripe'
import type { Limiter } from './limiter'
import { parseEvent } from './parse/event'

const PAGE_SIZE = 100

/** One page of Stripe's own list of what happened: what finds an event whose delivery was lost. */
export async function listEvents(
  client: Stripe,
  limiter: Limiter,
  { since, after }: Parameters<PaymentReads['events']>[0],
): Promise<ProviderEventPage> {
  const page = await callStripe(limiter, { endpoint: 'GET /v1/events', priority: 'read' }, (options) =>
    client.events.list(
      {
        created: { gte: Math.floor(since.getTime() / 1000) },
        limit: PAGE_SIZE,
        ...(after === null ? {} : { starting_after: after }),
      },
      options,
    ),
  )
  const events = page.data.flatMap((item) => parseEvent(item, JSON.stringify(item)) ?? [])
  const unreadable = page.data.length - events.length
  return { events, unreadable, lastId: page.data.at(-1)?.id ?? null, hasMore: page.has_more }
}
