import { sql } from 'drizzle-orm'
import { bigint, boolean, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { account, moment } from './identity'

const accountId = () =>
  bigint({ mode: 'bigint' })
    .notNull()
    .references(() => account.id)
const interval = () => text({ enum: ['monthly', 'annual'] })

/** A Checkout for a subscription: our row, written before Stripe is asked. An account has one open at a time. */
export const subscriptionOrder = pgTable(
  'subscription_order',
  {
    id: text().primaryKey(),
    accountId: accountId(),
    stripeCustomerId: text().notNull(),
    livemode: boolean().notNull(),
    interval: interval().notNull(),
    /** The numbers held when it was begun, one unit each. */
    quantity: integer().notNull(),
    returnUrl: text().notNull(),
    redirect: text({ enum: ['always', 'if_required'] }).notNull(),
    state: text({ enum: ['created', 'open', 'complete', 'expired'] })
      .notNull()
      .default('created'),
    stripeSessionId: text().unique(),
    requestedBy: text().notNull(),
    createdAt: moment().notNull(),
    recheckAt: moment(),
  },
  (table) => [
    uniqueIndex('subscription_order_one_open')
      .on(table.accountId)
      .where(sql`state in ('created', 'open')`),
    index('subscription_order_unsettled')
      .on(table.createdAt)
      .where(sql`state in ('created', 'open')`),
  ],
)

/**
 * The account's current subscription, or the last it had: what Stripe said when it was last read, and what that means
 * to us. Numbers are covered from the moment the first invoice is paid until the subscription ends.
 */
export const subscription = pgTable(
  'subscription',
  {
    accountId: accountId().primaryKey(),
    stripeSubscriptionId: text().notNull().unique(),
    stripeCustomerId: text().notNull(),
    status: text().notNull(),
    interval: interval().notNull(),
    /** What Stripe would bill at the next renewal. */
    quantity: integer().notNull(),
    periodStart: moment().notNull(),
    periodEnd: moment().notNull(),
    cancelAtPeriodEnd: boolean().notNull(),
    endedAt: moment(),
    /** Numbers that the paid invoices cover in the period they reach into; 0 before the first is paid. */
    units: integer()
      .notNull()
      .default(sql`0`),
    /** The end of that period; null before. */
    paidThrough: moment(),
    /** Since when numbers are covered; null where they are not. */
    coveredSince: moment(),
    /** That we scheduled the end ourselves, since the last number was released. */
    endsWithoutNumbers: boolean()
      .notNull()
      .default(sql`false`),
    latestInvoiceId: text(),
    /** The reading that was applied last: an earlier one that comes in late changes nothing. */
    readTicket: bigint({ mode: 'bigint' }).notNull(),
    /** The deed at Stripe that is under way, alone until its lease ends (real time). */
    busyDeed: text(),
    busyUntil: moment(),
    /** When to read it again without being told to; business time. */
    recheckAt: moment().notNull(),
  },
  (table) => [
    index('subscription_recheck')
      .on(table.recheckAt)
      .where(sql`ended_at is null`),
  ],
)

/** A paid invoice of a subscription: which numbers it covers, for how long, and what was paid for it. */
export const subscriptionInvoice = pgTable(
  'subscription_invoice',
  {
    accountId: accountId(),
    /** Stripe's. */
    id: text().notNull(),
    stripeSubscriptionId: text().notNull(),
    interval: interval().notNull(),
    /** Of the line that reaches furthest: units, and from when to when they are paid. */
    quantity: integer().notNull(),
    periodStart: moment().notNull(),
    periodEnd: moment().notNull(),
    /** Whether that line is the remainder of a period under way. */
    proration: boolean().notNull(),
    /** What a charge paid; 0 where nothing was due. */
    paidMicros: bigint({ mode: 'bigint' }).notNull(),
    postingId: bigint({ mode: 'bigint' }),
    paidAt: moment().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    index('subscription_invoice_units').on(table.accountId, table.stripeSubscriptionId, table.periodStart),
  ],
)

/** A deed at Stripe on a subscription: our row, written first; its id derives the key that Stripe does it once by. */
export const subscriptionDeed = pgTable(
  'subscription_deed',
  {
    id: text().primaryKey(),
    accountId: accountId(),
    kind: text({ enum: ['change', 'cover', 'align', 'cancel', 'resume'] }).notNull(),
    /** The number to be covered; null for other deeds. */
    numberId: text(),
    state: text({ enum: ['begun', 'done', 'failed'] })
      .notNull()
      .default('begun'),
    requestedBy: text().notNull(),
    createdAt: moment().notNull(),
  },
  (table) => [
    index('subscription_deed_covering')
      .on(table.accountId, table.createdAt)
      .where(sql`state = 'begun' and kind = 'cover'`),
  ],
)

/** What a preview said would be charged, so that a change made with its moment can be held to it. */
export const subscriptionQuote = pgTable(
  'subscription_quote',
  {
    accountId: accountId(),
    /** Unix seconds: Stripe's `proration_date`. */
    prorationDate: bigint({ mode: 'bigint' }).notNull(),
    /** Of interval, quantity and promotion code. */
    terms: text().notNull(),
    amountCents: bigint({ mode: 'bigint' }).notNull(),
    createdAt: moment()
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.prorationDate, table.terms, table.amountCents] }),
  ],
)

/** Overdraft that the next invoice of the subscription collects, as an item of it. An account has one open at a time. */
export const overdraftCollection = pgTable(
  'overdraft_collection',
  {
    id: text().primaryKey(),
    accountId: accountId(),
    stripeSubscriptionId: text().notNull(),
    amountMicros: bigint({ mode: 'bigint' }).notNull(),
    /** `billed`: an invoice has it that is not paid yet. */
    state: text({ enum: ['begun', 'pending', 'billed', 'paid', 'removed'] })
      .notNull()
      .default('begun'),
    stripeItemId: text().unique(),
    stripeInvoiceId: text(),
    createdAt: moment().notNull(),
  },
  (table) => [
    uniqueIndex('overdraft_collection_one_open')
      .on(table.accountId)
      .where(sql`state in ('begun', 'pending', 'billed')`),
  ],
)
