import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { account, moment } from './identity'

/**
 * What usage costs from when on. Rows are only ever added: a price changes by a version that begins later. The longest
 * prefix of the destination decides; `+` is every destination, and the empty prefix is for what has none: it came in.
 */
export const fare = pgTable(
  'fare',
  {
    kind: text({ enum: ['call', 'sms'] }).notNull(),
    prefix: text().notNull(),
    effectiveFrom: moment().notNull(),
    /** What customers read. */
    name: text().notNull(),
    /** Micro-dollars for a minute of a call, or for a message. */
    priceMicros: bigint({ mode: 'bigint' }).notNull(),
    /** Calls are charged in whole increments and for no less than the minimum; null for messages. */
    incrementSeconds: integer(),
    minimumSeconds: integer(),
    createdAt: moment()
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.prefix, table.effectiveFrom] }),
    check('fare_prefix', sql`prefix = '' or prefix ~ '^\\+\\d{0,15}$'`),
    check('fare_price', sql`price_micros between 0 and 100000000`),
    check(
      'fare_increments',
      sql`case kind when 'call' then increment_seconds between 1 and 3600 and minimum_seconds between 0 and 3600
            else increment_seconds is null and minimum_seconds is null end`,
    ),
  ],
)

/** One rated usage event, with its posting where the wallet paid and there was something to pay. */
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
    /** What was used; null where the reporter did not say. */
    kind: text({ enum: ['call', 'sms'] }),
    /** E.164, where it went; null for what came in. */
    destination: text(),
    /** As reported: seconds of a call, or messages. Null where whoever wrote it down reported nothing. */
    quantity: bigint({ mode: 'bigint' }),
    fareName: text().notNull(),
    /** As charged for: seconds after minimum and increment, or messages. */
    billedQuantity: bigint({ mode: 'bigint' }).notNull(),
    /** By its fare, whoever bears it. The wallet pays it where `attribution` says so, and nothing otherwise. */
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
