import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { account, bytea, moment } from './identity'

const micros = () => bigint({ mode: 'bigint' })

/**
 * What takes a card payment back, as Stripe said when it was last read: a refund, a dispute, a warning of fraud; and what the
 * books have made of it. The account is null until the payment itself is booked: then it is settled with it.
 */
export const paymentReturn = pgTable(
  'payment_return',
  {
    /** Stripe's. */
    id: text().primaryKey(),
    kind: text({ enum: ['refund', 'dispute', 'warning'] }).notNull(),
    /** The payment is booked under its invoice. */
    stripeInvoiceId: text().notNull(),
    stripePaymentId: text().notNull(),
    accountId: bigint({ mode: 'bigint' }).references(() => account.id),
    /** Stripe's own word for how it stands. */
    state: text().notNull(),
    /** What follows from it: the credit is taken back, what is left of it is frozen, or neither. */
    effect: text({ enum: ['claws', 'holds', 'none'] }).notNull(),
    /** Of what was paid. */
    amountMicros: micros().notNull(),
    /** Why, in Stripe's words for programs; null where it says nothing. */
    reason: text(),
    /** Until when the bank takes an answer to a dispute; null otherwise. */
    respondBy: moment(),
    /** Of the reading this stands from: an earlier one that comes in later changes nothing. */
    readTicket: bigint({ mode: 'bigint' }).notNull(),
    /** What it takes of the credit that the payment granted, rounded down over all that take from it together. */
    shareMicros: micros()
      .notNull()
      .default(sql`0`),
    clawedMicros: micros()
      .notNull()
      .default(sql`0`),
    /** The posting that took it, null where nothing is taken; `claws` counts them, as each needs a reference of its own. */
    clawReference: text(),
    claws: integer()
      .notNull()
      .default(sql`0`),
    /** The share for which credit was frozen, of which `heldMicros` was left. */
    heldShareMicros: micros()
      .notNull()
      .default(sql`0`),
    heldMicros: micros()
      .notNull()
      .default(sql`0`),
    holdReference: text(),
    holds: integer()
      .notNull()
      .default(sql`0`),
    /** The effect of which whoever is concerned was told, and for which automatic top-up was stopped. */
    toldEffect: text({ enum: ['claws', 'holds', 'none'] }),
    /** When staff found a warning to be unfounded. */
    dismissedAt: moment(),
    createdAt: moment().notNull(),
    /** Since when it has had this effect, in business time. */
    changedAt: moment().notNull(),
  },
  (table) => [
    index('payment_return_invoice').on(table.stripeInvoiceId),
    index('payment_return_account').on(table.accountId, table.createdAt.desc().nullsFirst()),
    index('payment_return_holding')
      .on(table.accountId)
      .where(sql`effect = 'holds'`),
    check('payment_return_amount', sql`amount_micros > 0`),
  ],
)

/** A refund that staff ask for: our row, written before Stripe is asked; its id derives the key at Stripe. */
export const refundRequest = pgTable(
  'refund_request',
  {
    id: text().primaryKey(),
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    stripeInvoiceId: text().notNull(),
    /** Null until Stripe was asked for it: which payment of the invoice gives the money back. */
    stripePaymentId: text(),
    amountMicros: micros().notNull(),
    reason: text().notNull(),
    requestedBy: text().notNull(),
    /** The form's: sent twice, it is one refund. */
    key: text().notNull(),
    requestHash: bytea().notNull(),
    /** `unknown`: Stripe was asked and nobody knows what came of it. */
    state: text({ enum: ['charging', 'unknown', 'succeeded', 'failed'] }).notNull(),
    stripeRefundId: text().unique(),
    failureCode: text(),
    attempts: integer()
      .notNull()
      .default(sql`0`),
    /** Until then whoever is at it is left alone, in real time; afterwards it is taken up again. */
    dueAt: moment().notNull(),
    createdAt: moment().notNull(),
    settledAt: moment(),
  },
  (table) => [
    unique('refund_request_key').on(table.accountId, table.key),
    index('refund_request_invoice').on(table.stripeInvoiceId),
    index('refund_request_unsettled')
      .on(table.dueAt)
      .where(sql`state in ('charging', 'unknown')`),
  ],
)
