import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import { usd, type Money } from '@/lib/kit/money'

/** What is known of an event's doing: null throughout where it led to nothing, or to nothing that we can name. */
export type EventEffect = Readonly<{
  account: Readonly<{ id: bigint; name: string }> | null
  order: Readonly<{ id: string; state: string }> | null
  /** What was booked of what the event is about, by whichever event. */
  posting: Readonly<{ code: string; amount: Money; occurredAt: Date }> | null
}>

export const NO_EFFECT: EventEffect = { account: null, order: null, posting: null }

/** A row of the inbox, for staff. Times of ours are real; `stripeCreatedAt` is by Stripe's clock. */
export const inboxEvent = z
  .object({
    id: z.string(),
    type: z.string(),
    subject: z.string().nullable(),
    state: z.enum(['received', 'done', 'ignored', 'quarantined', 'failed', 'dead']),
    reason: z.string().nullable(),
    attempts: z.number(),
    failures: z.number(),
    source: z.enum(['webhook', 'sweep']),
    livemode: z.boolean().nullable(),
    api_version: z.string().nullable(),
    due_at: z.date(),
    stripe_created_at: z.date(),
    received_at: z.date(),
    done_at: z.date().nullable(),
    received_exactly: z.string(),
  })
  .transform((row) => ({
    id: row.id,
    type: row.type,
    subject: row.subject,
    state: row.state,
    reason: row.reason,
    attempts: row.attempts,
    failures: row.failures,
    source: row.source,
    livemode: row.livemode,
    apiVersion: row.api_version,
    dueAt: row.due_at,
    stripeCreatedAt: row.stripe_created_at,
    receivedAt: row.received_at,
    doneAt: row.done_at,
    /** With all six digits of its second, for cursors. */
    receivedExactly: row.received_exactly,
  }))

export type InboxEvent = z.infer<typeof inboxEvent> & Readonly<{ effect: EventEffect }>

const effect = z.object({
  event_id: z.string(),
  account_id: z.bigint().nullable(),
  account_name: z.string().nullable(),
  order_id: z.string().nullable(),
  order_state: z.string().nullable(),
  posting_code: z.string().nullable(),
  posted_micros: z.bigint().nullable(),
  posted_at: z.date().nullable(),
})

/** What each event has led to, by its id. */
export async function readEffects(
  db: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, EventEffect>> {
  const rows = await callDatabase(
    db,
    (sql) => sql`
      select event_id, account_id, account_name, order_id, order_state, posting_code, posted_micros, posted_at
        from read_event_effects(${[...ids]})`,
  )
  return new Map(
    z
      .array(effect)
      .parse([...rows])
      .map((row) => [row.event_id, toEffect(row)]),
  )
}

function toEffect(row: z.infer<typeof effect>): EventEffect {
  const { account_id: id, account_name: name, order_id: orderId, order_state: state } = row
  const { posting_code: code, posted_micros: micros, posted_at: occurredAt } = row
  return {
    account: id === null || name === null ? null : { id, name },
    order: orderId === null || state === null ? null : { id: orderId, state },
    posting:
      code === null || micros === null || occurredAt === null
        ? null
        : { code, amount: usd(micros), occurredAt },
  }
}
