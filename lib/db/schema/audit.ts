import { sql } from 'drizzle-orm'
import { bigint, index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { account, moment, user } from './identity'

/**
 * Who did what: everything that staff do, and what anyone does that touches who may do what. Only ever added to, by the SQL
 * function `audit`; nobody changes or removes a row, the tables' owner included.
 */
export const auditEvent = pgTable(
  'audit_event',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    /** Real time. */
    recordedAt: moment()
      .notNull()
      .default(sql`clock_timestamp()`),
    /** Business time. */
    occurredAt: moment().notNull(),
    /** As `actorName` names who did it; `nobody` for someone who was not signed in. */
    actor: text().notNull(),
    /** The person of the operator's who did it, as such; null for everyone else. */
    staffUserId: uuid().references(() => user.id),
    /** Whoever did it by a session, a token or as staff; null for a program. What a search for a person finds. */
    personId: uuid().generatedAlwaysAs(
      sql`coalesce(staff_user_id, substring(actor from '(?:user|staff):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$')::uuid)`,
    ),
    /** Null: about no account. */
    accountId: bigint({ mode: 'bigint' }).references(() => account.id),
    /** One of lib/core/audit/actions.ts. */
    action: text().notNull(),
    /** What it was done to: an e-mail address, the id of a key, a posting's reference, as the action says. */
    target: text(),
    /** Why, in the words of who did it; null where nobody was asked. */
    reason: text(),
    details: jsonb()
      .notNull()
      .default(sql`'{}'::jsonb`),
    /** The same deed is recorded once, however often the call is repeated; null where the deed's own call sees to that. */
    key: text(),
  },
  (table) => [
    index('audit_event_time').on(table.occurredAt, table.id),
    index('audit_event_account').on(table.accountId, table.occurredAt, table.id),
    index('audit_event_person').on(table.personId, table.occurredAt, table.id),
    index('audit_event_action').on(table.action, table.occurredAt, table.id),
    uniqueIndex('audit_event_once')
      .on(table.key)
      .where(sql`key is not null`),
  ],
)
