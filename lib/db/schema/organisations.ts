import { sql } from 'drizzle-orm'
import { bigint, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { account, bytea, moment, user } from './identity'

/** Somebody who was asked to join. Its link is mailed and stored as a hash; business time throughout. */
export const invitation = pgTable(
  'invitation',
  {
    id: text().primaryKey(),
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    /** Normalised as those of people are: only who has this address may accept. */
    email: text().notNull(),
    role: text({ enum: ['owner', 'billing', 'viewer'] }).notNull(),
    tokenHash: bytea().notNull().unique(),
    invitedBy: uuid()
      .notNull()
      .references(() => user.id),
    createdAt: moment().notNull(),
    expiresAt: moment().notNull(),
    acceptedAt: moment(),
    /** Taken back, or replaced by a later one. */
    revokedAt: moment(),
  },
  (table) => [
    uniqueIndex('invitation_open')
      .on(table.accountId, table.email)
      .where(sql`accepted_at is null and revoked_at is null`),
  ],
)
