import { sql } from 'drizzle-orm'
import { bigint, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { account, moment } from './identity'

/** The outbox: a mail is queued with the deed that it tells of, once for its key and recipient, and sent by the worker. */
export const mail = pgTable(
  'mail',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    /** What it tells of: the same is told once. */
    key: text().notNull(),
    recipient: text().notNull(),
    /** One of lib/core/mail/mail-data.ts, which says what its data are. */
    template: text().notNull(),
    data: jsonb().notNull(),
    /** The debt that it warns of, by its beginning: with the debt the mail is void. Null: it stays true. */
    belowZeroSince: moment(),
    /** Business time. */
    queuedAt: moment().notNull(),
    state: text({ enum: ['queued', 'sent', 'void', 'failed'] })
      .notNull()
      .default('queued'),
    /** Attempts that failed; one whose worker was killed is none. */
    failures: integer()
      .notNull()
      .default(sql`0`),
    /** When to try next; of one that is being sent, the end of its lease. Real time, like all that follow. */
    dueAt: moment()
      .notNull()
      .default(sql`clock_timestamp()`),
    createdAt: moment()
      .notNull()
      .default(sql`clock_timestamp()`),
    sentAt: moment(),
    error: text(),
  },
  (table) => [
    unique('mail_once').on(table.accountId, table.key, table.recipient),
    index('mail_due')
      .on(table.dueAt)
      .where(sql`state = 'queued'`),
  ],
)
