import { sql } from 'drizzle-orm'
import { bigint, check, foreignKey, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { account, member, moment } from './identity'

/** What a member does not want to be told of by e-mail. Without a row: nothing. */
export const alertPreference = pgTable(
  'alert_preference',
  {
    accountId: bigint({ mode: 'bigint' }).notNull(),
    userId: uuid().notNull(),
    muted: text().array().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.userId] }),
    foreignKey({
      name: 'alert_preference_member',
      columns: [table.accountId, table.userId],
      foreignColumns: [member.accountId, member.userId],
    }).onDelete('cascade'),
    check(
      'alert_preference_muted',
      sql`muted <@ array['low-balance', 'failed-payment', 'expiring-card', 'renewal', 'staff-access']`,
    ),
  ],
)

/** The balance below which the account wants to be told; no row: it does not. */
export const lowBalanceAlert = pgTable(
  'low_balance_alert',
  {
    accountId: bigint({ mode: 'bigint' })
      .primaryKey()
      .references(() => account.id),
    thresholdMicros: bigint({ mode: 'bigint' }).notNull(),
    /** When it was told last, while the balance has been below since; null: the next time it falls below is told. */
    toldAt: moment(),
  },
  () => [check('low_balance_alert_threshold', sql`threshold_micros between 0 and 1000000000000`)],
)

/** When to look again for cards of the account's customer that expire: only the payment provider knows them. */
export const cardCheck = pgTable(
  'card_check',
  {
    accountId: bigint({ mode: 'bigint' })
      .primaryKey()
      .references(() => account.id),
    dueAt: moment().notNull(),
  },
  (table) => [index('card_check_due').on(table.dueAt)],
)
