import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'

/** An invoice by what is known of it: the account from our side, the rest from the provider's. */
type NamedInvoice = Readonly<{
  id: string
  accountId: bigint | null
  customerId: string | null
  subscriptionId: string | null
  orderId: string | null
}>

export type BookedInvoice = Readonly<{
  id: string
  /** Whose it is; null where it is nobody's of ours. */
  accountId: bigint | null
  /** What the books say that a charge paid; null where they have nothing. */
  paid: Money | null
  /** Whether an event told of it. */
  isHeard: boolean
  /** Inbox rows that still wait for it. */
  waitingEventIds: readonly string[]
}>

const booked = z.object({
  id: z.string(),
  account_id: z.bigint().nullable(),
  booked_micros: z.bigint().nullable(),
  heard: z.boolean(),
  waiting_events: z.array(z.string()),
})

/** What the books and the inbox have of each invoice, in no order. */
export async function readBookedInvoices(
  db: Database,
  invoices: readonly NamedInvoice[],
): Promise<readonly BookedInvoice[]> {
  const column = <T>(pick: (invoice: NamedInvoice) => T): T[] => invoices.map(pick)
  const rows = await callDatabase(
    db,
    (sql) => sql`
      select id, account_id, booked_micros, heard, waiting_events
        from read_booked_invoices(${column(({ id }) => id)}, ${column(({ accountId }) => accountId?.toString() ?? null)},
          ${column(({ customerId }) => customerId)}, ${column(({ subscriptionId }) => subscriptionId)},
          ${column(({ orderId }) => orderId)})`,
  )
  return z
    .array(booked)
    .parse([...rows])
    .map((row) => ({
      id: row.id,
      accountId: row.account_id,
      paid: row.booked_micros === null ? null : usd(row.booked_micros),
      isHeard: row.heard,
      waitingEventIds: row.waiting_events,
    }))
}

type Known = Readonly<{ id: string; accountId: bigint | null }>

/** Invoices that the inbox has heard to be paid in a span of the provider's time. */
export async function listHeardInvoices(
  db: Database,
  since: Instant,
  until: Instant,
): Promise<readonly Known[]> {
  const rows = await callDatabase(
    db,
    (sql) => sql<{ id: string }[]>`
      select distinct substr(subject, 9) as id from stripe_event
       where type = 'invoice.paid' and stripe_created_at >= ${since} and stripe_created_at < ${until}
         and subject like 'invoice:%'`,
  )
  return rows.map(({ id }) => ({ id, accountId: null }))
}

const PAGE_SIZE = 1000

/** Invoices that the books say were paid in a span of time. */
export async function* listBookedInvoices(
  db: Database,
  since: Instant,
  until: Instant,
): AsyncGenerator<Known> {
  let last: Readonly<{ account_id: bigint; occurred_at: string }> = {
    account_id: 0n,
    occurred_at: '-infinity',
  }
  for (;;) {
    const { account_id: account, occurred_at: moment } = last
    const rows = await callDatabase(
      db,
      (sql) => sql<{ account_id: bigint; occurred_at: string; reference: string }[]>`
        select account_id, occurred_at::text, reference
          from list_booked_invoices(${since}, ${until}, ${account}, ${moment}::text::timestamptz, ${PAGE_SIZE})`,
    )
    for (const row of rows) yield { id: row.reference, accountId: row.account_id }
    const end = rows.at(-1)
    if (end === undefined || rows.length < PAGE_SIZE) return
    last = end
  }
}

/** Invoices that differed when they were last looked at. */
export async function listDifferingInvoices(db: Database): Promise<readonly Known[]> {
  const rows = await callDatabase(
    db,
    (sql) => sql<{ object_id: string; account_id: bigint | null }[]>`
      select object_id, account_id from reconciliation_difference
       where resolved_at is null and object = 'invoice' and kind <> 'not_ours' order by id limit 10000`,
  )
  return rows.map((row) => ({ id: row.object_id, accountId: row.account_id }))
}
