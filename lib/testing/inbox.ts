import type Stripe from 'stripe'
import { drainInbox } from '@/lib/jobs/drain-jobs'
import type { Container } from '@/lib/server/container'
import { parseEvent } from '@/lib/webhooks/parse-event'
import { storeEvents } from '@/lib/webhooks/store-events'

/** Puts events of the local Stripe into the inbox as a delivery would; returns how many were new. */
export async function receive(container: Container, events: readonly Stripe.Event[]): Promise<number> {
  const parsed = events.flatMap((event) => parseEvent(JSON.stringify(event), false) ?? [])
  const stored = await storeEvents(container.databases.app, 'webhook', parsed)
  return stored.size
}

/** Works the inbox off, those that were put off included, as often as it takes, but no more than `roundsMax` times. */
export async function drainPatiently(container: Container, roundsMax = 30): Promise<void> {
  for (let round = 0; round < roundsMax; round++) {
    await drainInbox(container)
    const { sql } = container.databases.app
    const waiting = await sql`
      update stripe_event set due_at = clock_timestamp() where state in ('received', 'failed') returning id`
    if (waiting.length === 0) return
  }
}

export type InboxRow = Readonly<{ id: string; type: string; state: string; reason: string | null }>

export async function readInbox(container: Container): Promise<readonly InboxRow[]> {
  return container.databases.app.sql<InboxRow[]>`select id, type, state, reason from stripe_event order by id`
}

/** The events of one payment that the product is told of, as Stripe lists them: of its session, invoice, intent and card. */
export async function eventsOf(client: Stripe, sessionId: string): Promise<readonly Stripe.Event[]> {
  const session = await client.checkout.sessions.retrieve(sessionId)
  const { data } = await client.events.list({ limit: 100 })
  return data.filter((event) => isAbout(event, session))
}

function isAbout(event: Stripe.Event, session: Stripe.Checkout.Session): boolean {
  switch (event.type) {
    case 'checkout.session.completed':
      return event.data.object.id === session.id
    case 'invoice.paid':
      return event.data.object.id === session.invoice
    case 'payment_intent.succeeded':
      return event.data.object.id === session.payment_intent
    case 'payment_method.attached':
      return event.data.object.customer === session.customer
    default:
      return false
  }
}
