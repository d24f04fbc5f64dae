import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  json,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core'
import { account, bytea, moment } from './identity'

/** A purchase of credits: our row, written before Stripe is asked. Only an invoice that matches one is booked. */
export const creditOrder = pgTable(
  'credit_order',
  {
    id: text().primaryKey(),
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    stripeCustomerId: text().notNull(),
    currency: text().notNull().default('USD'),
    livemode: boolean().notNull(),
    state: text({ enum: ['created', 'open', 'paid', 'expired'] })
      .notNull()
      .default('created'),
    stripeSessionId: text().unique(),
    stripeInvoiceId: text().unique(),
    /** What is to be paid for it: only that is booked. Null where the customer chooses the amount in Checkout. */
    dueMicros: bigint({ mode: 'bigint' }),
    /** The credit it grants, which may be more or less than was paid; null: what was paid. */
    creditMicros: bigint({ mode: 'bigint' }),
    requestedBy: text().notNull(),
    createdAt: moment().notNull(),
    settledAt: moment(),
    /** When to ask Stripe again while it is unsettled; null until it was asked once. */
    recheckAt: moment(),
    /** When a page last had Stripe asked about it, in real time; null until one did. */
    askedAt: moment(),
  },
  (table) => [
    index('credit_order_account').on(table.accountId, table.createdAt.desc().nullsFirst()),
    index('credit_order_unsettled')
      .on(table.createdAt)
      .where(sql`state in ('created', 'open')`),
    check('credit_order_due', sql`due_micros > 0`),
    // Credit of its own is granted for a price of its own, never for whatever is paid.
    check('credit_order_credit', sql`credit_micros is null or credit_micros > 0 and due_micros is not null`),
  ],
)

/** Payment methods that an account had and removed: a repeated removal is told that it is done, a foreign one nothing. */
export const removedPaymentMethod = pgTable(
  'removed_payment_method',
  {
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    /** The provider's. */
    id: text().notNull(),
    removedAt: moment().notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.id] })],
)

/**
 * What a caller's Idempotency-Key stands for: the row of ours that the request made, and the answer once there is one.
 * A record without an answer belongs to the request that holds the lease; after the lease a retry takes it up again.
 */
export const idempotencyRecord = pgTable(
  'idempotency_record',
  {
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    key: text().notNull(),
    /** Of the verb and its input. */
    requestHash: bytea().notNull(),
    /** Our row, whose id derives the provider's idempotency keys. */
    subjectId: text().notNull(),
    answer: jsonb(),
    leasedUntil: moment(),
    createdAt: moment()
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.key] })],
)

/**
 * The webhook inbox: the row is the job. Events are hints, so a row names what to read again (`subject`) and
 * carries its own work state; `due_at` of a claimed row is the end of its lease.
 */
export const stripeEvent = pgTable(
  'stripe_event',
  {
    id: text().primaryKey(),
    type: text().notNull(),
    /** What the event is about, to be read again: `invoice:in_…`; null where no handler cares. */
    subject: text(),
    /** Null where the event did not say, which quarantines it. */
    livemode: boolean(),
    apiVersion: text(),
    source: text({ enum: ['webhook', 'sweep'] }).notNull(),
    /** As signed: `json`, not `jsonb`, so that nothing in it can be refused or rewritten. */
    payload: json().notNull(),
    state: text({ enum: ['received', 'done', 'ignored', 'quarantined', 'failed', 'dead'] })
      .notNull()
      .default('received'),
    /** How often a worker took it up, but for what was given back untried or met an outage. */
    attempts: integer().notNull().default(0),
    /** Attempts that ended with a failure of its own; the others ended with their worker. */
    failures: integer().notNull().default(0),
    dueAt: moment()
      .notNull()
      .default(sql`clock_timestamp()`),
    /** Why it is quarantined, failed or dead: for staff. */
    reason: text(),
    stripeCreatedAt: moment().notNull(),
    receivedAt: moment()
      .notNull()
      .default(sql`clock_timestamp()`),
    doneAt: moment(),
  },
  (table) => [
    index('stripe_event_due')
      .on(table.dueAt)
      .where(sql`state in ('received', 'failed')`),
    index('stripe_event_attention')
      .on(table.receivedAt)
      .where(sql`state in ('quarantined', 'dead')`),
    index('stripe_event_newest').on(table.receivedAt, table.id),
    index('stripe_event_subject')
      .on(table.subject)
      .where(sql`subject is not null`),
    // What the inbox heard of in a span of the provider's time.
    index('stripe_event_paid')
      .on(table.stripeCreatedAt)
      .where(sql`type = 'invoice.paid'`),
  ],
)
