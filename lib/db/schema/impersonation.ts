import { bigint, check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { account, moment, user } from './identity'

/** A look of staff into an account, read-only and at most thirty minutes long. Real time throughout. */
export const impersonation = pgTable(
  'impersonation',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    staffUserId: uuid()
      .notNull()
      .references(() => user.id),
    /** In the words of who looked: the account's owner reads them. */
    reason: text().notNull(),
    startedAt: moment().notNull(),
    /** It is over then, whether or not anybody wrote that down. */
    expiresAt: moment().notNull(),
    endedAt: moment(),
    /** What ended it (`impersonation_bar` in 0017_impersonation knows the last three); null while it lasts. */
    endedBy: text({ enum: ['stopped', 'signed_out', 'expired', 'not_staff', 'shut_out', 'of_staff'] }),
  },
  (table) => [
    index('impersonation_account').on(table.accountId, table.id),
    check('impersonation_reason', sql`char_length(reason) between 10 and 500`),
    check('impersonation_length', sql`expires_at <= started_at + interval '30 minutes'`),
    check('impersonation_ended', sql`(ended_at is null) = (ended_by is null)`),
  ],
)

/** One request that was answered in a look: only ever added to. */
export const accessView = pgTable(
  'access_view',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    impersonationId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => impersonation.id),
    /** Real time. */
    at: moment().notNull(),
    method: text().notNull(),
    /** Without its query. */
    path: text().notNull(),
  },
  (table) => [index('access_view_impersonation').on(table.impersonationId, table.id)],
)
