import { sql } from 'drizzle-orm'
import { bigint, index, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { account, moment } from './identity'

export const phoneNumber = pgTable(
  'phone_number',
  {
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    id: text().notNull(),
    /** E.164. */
    number: text().notNull(),
    nickname: text(),
    mode: text({ enum: ['PAYG', 'FIXED'] })
      .notNull()
      .default('PAYG'),
    createdAt: moment().notNull(),
    releasedAt: moment(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    uniqueIndex('phone_number_held_once')
      .on(table.number)
      .where(sql`released_at is null`),
  ],
)

/** The local pool behind the carrier port: numbers that can be had, and by whom each was claimed. */
export const numberPool = pgTable('number_pool', {
  number: text().primaryKey(),
  claimId: text().unique(),
  claimedAt: moment(),
})

/** One rated usage event. What it cost is in its posting where the wallet paid; null where it was covered. */
export const usageEvent = pgTable(
  'usage_event',
  {
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    /** The caller's event id: the idempotency key. */
    id: text().notNull(),
    numberId: text(),
    number: text(),
    fareName: text().notNull(),
    billedQuantity: bigint({ mode: 'bigint' }).notNull(),
    amountMicros: bigint({ mode: 'bigint' }).notNull(),
    currency: text().notNull().default('USD'),
    attribution: text({ enum: ['wallet', 'entitlement'] }).notNull(),
    postingId: bigint({ mode: 'bigint' }),
    occurredAt: moment().notNull(),
    /**
     * Where it stands in the account's history if it moved no money: `occurredAt`, or the next microsecond that no
     * posting and no other such event has. Given by a trigger; null where a posting says it.
     */
    placedAt: moment(),
    recordedAt: moment()
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    uniqueIndex('usage_event_place')
      .on(table.accountId, table.placedAt)
      .where(sql`placed_at is not null`),
    index('usage_event_newest').on(
      table.accountId,
      table.occurredAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
  ],
)
