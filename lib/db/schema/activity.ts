import { sql } from 'drizzle-orm'
import { bigint, date, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { account } from './identity'

const count = () =>
  bigint({ mode: 'bigint' })
    .notNull()
    .default(sql`0`)

/** Usage added up by the day (UTC) on which it happened, in the statement that writes it down: what charts are drawn of. */
export const usageDay = pgTable(
  'usage_day',
  {
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    day: date().notNull(),
    /** `other`: the reporter did not say. */
    kind: text({ enum: ['call', 'sms', 'other'] }).notNull(),
    attribution: text({ enum: ['wallet', 'entitlement'] }).notNull(),
    events: count(),
    amountMicros: count(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.day, table.kind, table.attribution] })],
)
