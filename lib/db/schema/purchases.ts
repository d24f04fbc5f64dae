import { sql } from 'drizzle-orm'
import { bigint, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { account, bytea, moment } from './identity'
import { creditOrder } from './payments'

/**
 * A purchase of credits with a saved payment method, off session: what is asked of Stripe, frozen before Stripe is asked,
 * and how far it came. Made together with its order, whose id it has; `succeeded` and `failed` are its ends.
 */
export const purchase = pgTable(
  'purchase',
  {
    /** The order's. Derives the keys at Stripe. */
    id: text()
      .primaryKey()
      .references(() => creditOrder.id),
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    trigger: text({ enum: ['manual', 'threshold', 'scheduled', 'test'] }).notNull(),
    amountMicros: bigint({ mode: 'bigint' }).notNull(),
    /** Null: the customer's default, until that was looked up. */
    paymentMethodId: text(),
    /** What it looked like when it was charged, for the history; type null until it was looked up, the others where it is no card. */
    methodType: text(),
    methodBrand: text(),
    methodLast4: text(),
    /** `unknown`: Stripe was asked and nobody knows what came of it. */
    state: text({ enum: ['created', 'charging', 'succeeded', 'failed', 'requires_action', 'unknown'] })
      .notNull()
      .default('created'),
    /** Why it failed: Stripe's code, or ours where Stripe was not to blame. */
    failureCode: text(),
    /** The bank's reason, where it gave one. */
    declineCode: text(),
    /** Null until it is known to be open or paid. */
    stripeInvoiceId: text().unique(),
    /** Of the token in the link by which the customer confirms it in a browser; null where none is out. */
    linkHash: bytea().unique(),
    linkExpiresAt: moment(),
    /** Of the wallet, around the deposit; null before. */
    balanceBeforeMicros: bigint({ mode: 'bigint' }),
    balanceAfterMicros: bigint({ mode: 'bigint' }),
    postingId: bigint({ mode: 'bigint' }),
    /** How often somebody set out to charge it. */
    attempts: integer()
      .notNull()
      .default(sql`0`),
    /** Until then whoever is charging it is left alone, in real time; afterwards it is taken up again. */
    dueAt: moment()
      .notNull()
      .default(sql`clock_timestamp()`),
    createdAt: moment().notNull(),
    settledAt: moment(),
  },
  (table) => [
    uniqueIndex('purchase_one_automatic')
      .on(table.accountId)
      .where(sql`"trigger" <> 'manual' and state in ('created', 'charging', 'requires_action', 'unknown')`),
    index('purchase_in_flight')
      .on(table.accountId)
      .where(sql`state in ('created', 'charging', 'requires_action', 'unknown')`),
    index('purchase_unsettled')
      .on(table.dueAt)
      .where(sql`state in ('created', 'charging', 'requires_action', 'unknown')`),
    index('purchase_newest').on(
      table.accountId,
      table.createdAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
  ],
)
