import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { account, moment } from './identity'

const micros = () => bigint({ mode: 'bigint' })

/** A monthly allowance that accounts can have. Changed values count from the next grant on. */
export const plan = pgTable(
  'plan',
  {
    id: text().primaryKey(),
    /** What customers read. */
    name: text().notNull(),
    /** What it grants for a month. An API that counts in credits divides by their price. */
    monthlyMicros: micros().notNull(),
    /** How many access tokens an account on it may hold; null: any number. */
    tokensMax: integer(),
  },
  () => [
    check('plan_monthly', sql`monthly_micros between 1 and 1000000000000`),
    check('plan_tokens', sql`tokens_max >= 0`),
  ],
)

/** The plan that staff gave an account, and how far its allowance is granted. One row for whoever ever had one. */
export const accountPlan = pgTable(
  'account_plan',
  {
    accountId: bigint({ mode: 'bigint' })
      .primaryKey()
      .references(() => account.id),
    /** Null: none any more. What was granted for the running month stays until its end. */
    planId: text().references(() => plan.id),
    assignedAt: moment().notNull(),
    /** When the next grant is due; null without a plan. */
    nextGrantAt: moment(),
    /** The beginning of the month that was granted last; null before the first. What follows is about this month. */
    month: moment(),
    grantedMicros: micros()
      .notNull()
      .default(sql`0`),
    /** All that the account had ever consumed when the month was granted, less the debt that the grant paid. */
    consumedBeforeMicros: micros()
      .notNull()
      .default(sql`0`),
  },
  (table) => [
    index('account_plan_due')
      .on(table.nextGrantAt)
      .where(sql`next_grant_at is not null`),
  ],
)
