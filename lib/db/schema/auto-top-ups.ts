import { sql } from 'drizzle-orm'
import { bigint, boolean, check, date, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { account, moment } from './identity'

const micros = () => bigint({ mode: 'bigint' })

/**
 * Topping up by itself: what the customer set, and how the attempts went. Amounts are whole cents in micro-dollars. The
 * attempts themselves are purchases; what the ceilings count is added up from those.
 */
export const autoTopUp = pgTable(
  'auto_top_up',
  {
    accountId: bigint({ mode: 'bigint' })
      .primaryKey()
      .references(() => account.id),
    /** The master switch: off stops threshold and schedule, and keeps what is set. */
    enabled: boolean().notNull().default(false),
    /** Below this the wallet is topped up; null until it was set, as the amount. */
    thresholdMicros: micros(),
    amountMicros: micros(),
    scheduledEnabled: boolean().notNull().default(false),
    scheduledMicros: micros(),
    /** Of every month, in UTC: 1 to 28, which each month has. */
    dayOfMonth: integer(),
    /** The provider's; null: whichever is the default then. */
    paymentMethodId: text(),
    /** What a calendar month (UTC) may take at most; null: nothing but the daily limit holds it. */
    monthlyCapMicros: micros(),
    /** How many bundles the amount was given as, by an API that counts in those; null where it was given in money. */
    quantity: integer(),
    /** Charges that failed, since the last that succeeded or since it was switched on again. */
    consecutiveFailures: integer()
      .notNull()
      .default(sql`0`),
    /** Why it switched itself off; null where it did not. */
    stoppedReason: text({
      enum: ['charges_failed', 'payment_method_missing', 'payment_disputed', 'fraud_warning'],
    }),
    /** When the last attempt was claimed, whatever became of it, and until when there is no other. Business time. */
    lastAttemptAt: moment(),
    cooldownUntil: moment(),
    /** The day (UTC) on which the schedule is due next; null while it is off. */
    nextScheduledOn: date({ mode: 'string' }),
    /** Rises with each change of the settings, so that two at once do not undo each other. */
    version: integer().notNull(),
    updatedAt: moment().notNull(),
  },
  (table) => [
    // What the job looks along.
    index('auto_top_up_enabled')
      .on(table.accountId)
      .where(sql`enabled`),
    check('auto_top_up_complete', sql`not enabled or num_nulls(threshold_micros, amount_micros) = 0`),
    check(
      'auto_top_up_schedule_complete',
      sql`not scheduled_enabled or num_nulls(scheduled_micros, day_of_month) = 0`,
    ),
    check('auto_top_up_day', sql`day_of_month between 1 and 28`),
    check('auto_top_up_stopped', sql`not enabled or stopped_reason is null`),
  ],
)

/** A top-up that was due and left out, once a day for its reason: what the history shows where nothing was charged. */
export const autoTopUpSkip = pgTable(
  'auto_top_up_skip',
  {
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    trigger: text({ enum: ['threshold', 'scheduled'] }).notNull(),
    reason: text({ enum: ['daily_limit_exceeded', 'monthly_cap_exceeded'] }).notNull(),
    /** UTC. */
    day: date({ mode: 'string' }).notNull(),
    amountMicros: micros().notNull(),
    paymentMethodId: text(),
    createdAt: moment().notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.day, table.trigger, table.reason] })],
)
