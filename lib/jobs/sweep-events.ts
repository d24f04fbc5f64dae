import { isSubscribedEventType } from '@/lib/core/ports/payment-events'
import type { ProviderEvent, ProviderEventPage } from '@/lib/core/ports/payment-provider'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import type { Container } from '@/lib/server/container'
import { parseEvent } from '@/lib/webhooks/parse-event'
import { storeEvents } from '@/lib/webhooks/store-events'

/** Read again at every sweep: an event may be listed a little later than the second that it carries. */
const OVERLAP_MS = 10 * 60 * 1000

/**
 * Reads Stripe's own list of what happened since the last sweep into the inbox: what was never delivered is found
 * here. The list is newest first and pages backwards, so it is read to its end before the cursor moves: a sweep that
 * is cut off begins again where the last whole one ended, and events of the same second are never split.
 */
export async function sweepEvents(container: Container): Promise<{ listed: number; found: number }> {
  const sweptTo = await readCursor(container)
  const since = new Date(sweptTo.getTime() - OVERLAP_MS)
  let newest = sweptTo
  let after: string | null = null
  let listed = 0
  let found = 0
  for (;;) {
    const page: ProviderEventPage = await container.payments.events({ since, after })
    if (page.unreadable > 0) {
      container.log.error(
        { alert: 'unreadable_events', count: page.unreadable, after },
        'listed, but no events',
      )
    }
    listed += page.events.length
    found += await storeListed(container, page.events)
    for (const event of page.events) if (event.createdAt > newest) newest = event.createdAt
    if (!page.hasMore) break
    // The cursor must not pass what was not read.
    if (page.lastId === null) throw new Error('Stripe lists an empty page, and says that there are more.')
    after = page.lastId
  }
  await writeCursor(container, newest)
  if (found > 0) container.log.warn({ found }, 'the sweep found events that were never delivered')
  return { listed, found }
}

async function storeListed(container: Container, listed: readonly ProviderEvent[]): Promise<number> {
  const ours = listed.filter((event) => isSubscribedEventType(event.type))
  const events = ours.flatMap(
    (event) => parseEvent(event.payload, container.payments.livemode, 'sweep') ?? [],
  )
  if (events.length < ours.length) {
    const ids = ours.map((event) => event.id)
    container.log.error({ alert: 'unreadable_events', among: ids }, 'listed events that cannot be stored')
  }
  const stored = await storeEvents(container.databases.app, 'sweep', events)
  return stored.size
}

/** How far Stripe's list is read. Before the first sweep, the first order: what happened earlier is none of ours. */
async function readCursor({ databases, clock }: Container): Promise<Instant> {
  const [row] = await callDatabase(
    databases.app,
    (sql) => sql<{ swept_to: Date | null }[]>`
      select coalesce((select swept_to from stripe_sweep),
        least((select min(created_at) from credit_order), (select min(created_at) from subscription_order))) as swept_to`,
  )
  return row?.swept_to ?? (await clock.read())
}

/** Never moves back, should two sweeps overlap. */
async function writeCursor({ databases }: Container, sweptTo: Instant): Promise<void> {
  await callDatabase(
    databases.app,
    (sql) => sql`
      insert into stripe_sweep as sweep (swept_to) values (${sweptTo})
      on conflict (id) do update set swept_to = greatest(sweep.swept_to, excluded.swept_to)`,
  )
}
