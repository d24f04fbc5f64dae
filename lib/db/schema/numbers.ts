import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { account, moment } from './identity'

/** A number that the account holds or held. Its row is made when the carrier has given it, and kept after its release. */
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
    /** The current mode; `number_mode` has the history. */
    mode: text({ enum: ['PAYG', 'FIXED'] })
      .notNull()
      .default('PAYG'),
    /** What whoever bought it attested to; null where a person did, or where it came with the account. */
    consent: text(),
    inboundInstruction: text(),
    inboundVoiceGender: text({ enum: ['male', 'female'] }),
    /** BCP 47. */
    inboundLanguage: text(),
    maxCallDurationSeconds: integer(),
    /** From here the months of rent are counted: the day of the month stays, however short a month is. */
    rentAnchor: moment().notNull(),
    /** How many of these months are dealt with: the next begins so many after the anchor. */
    rentMonths: integer()
      .notNull()
      .default(sql`0`),
    /** When that next month begins; null where no rent can become due: covered, or released. */
    rentDueAt: moment(),
    createdAt: moment().notNull(),
    releasedAt: moment(),
    releaseReason: text({ enum: ['customer', 'unpaid'] }),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    uniqueIndex('phone_number_held_once')
      .on(table.number)
      .where(sql`released_at is null`),
    // Usage names its number by id or as dialled, also after the number was released.
    index('phone_number_dialled').on(table.accountId, table.number),
    index('phone_number_rent_due')
      .on(table.rentDueAt)
      .where(sql`rent_due_at is not null`),
  ],
)

/** Who pays for a number from when on: a row a change, the first at its purchase. */
export const numberMode = pgTable(
  'number_mode',
  {
    accountId: bigint({ mode: 'bigint' }).notNull(),
    numberId: text().notNull(),
    since: moment().notNull(),
    mode: text({ enum: ['PAYG', 'FIXED'] }).notNull(),
    recordedAt: moment()
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.numberId, table.since] }),
    foreignKey({
      name: 'number_mode_number',
      columns: [table.accountId, table.numberId],
      foreignColumns: [phoneNumber.accountId, phoneNumber.id],
    }),
  ],
)

/** A month of rent: taken from the wallet by the posting of this reference, or free (nothing posted). */
export const rentPeriod = pgTable(
  'rent_period',
  {
    accountId: bigint({ mode: 'bigint' }).notNull(),
    /** `rent:<number id>:<day it begins>`, and a count behind it for a day that began a month before. */
    reference: text().notNull(),
    numberId: text().notNull(),
    startsAt: moment().notNull(),
    /** Exclusive: the next month begins here. */
    endsAt: moment().notNull(),
    /** Zero: free. */
    amountMicros: bigint({ mode: 'bigint' }).notNull(),
    /** Null: free. */
    postingId: bigint({ mode: 'bigint' }),
    /** The anchor and the count of months it was reckoned from. */
    anchor: moment().notNull(),
    months: integer().notNull(),
    /** Business time at which it was given back: a subscription turned out to cover it, or staff corrected it; null: it stands. */
    reversedAt: moment(),
    /** Given back by staff: the month is paid for all the same, and never becomes due anew. */
    corrected: boolean().notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.reference] }),
    uniqueIndex('rent_period_once')
      .on(table.accountId, table.numberId, table.startsAt)
      .where(sql`reversed_at is null`),
    foreignKey({
      name: 'rent_period_number',
      columns: [table.accountId, table.numberId],
      foreignColumns: [phoneNumber.accountId, phoneNumber.id],
    }),
  ],
)

/**
 * What the carrier is owed an answer about, one row a number, under the number's id: asked for (claiming), ours (held),
 * to be handed back (freeing), handed back (freed). Whoever is killed in between leaves a row that the job takes up.
 */
export const numberClaim = pgTable(
  'number_claim',
  {
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    id: text().notNull(),
    state: text({ enum: ['claiming', 'held', 'freeing', 'freed'] }).notNull(),
    /** Real time: since when it is so, or was last worked on. */
    touchedAt: moment()
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    index('number_claim_open')
      .on(table.touchedAt)
      .where(sql`state in ('claiming', 'freeing')`),
  ],
)

/** The local pool behind the carrier port: numbers that can be had, and by whom each was claimed. */
export const numberPool = pgTable('number_pool', {
  number: text().primaryKey(),
  claimId: text().unique(),
  claimedAt: moment(),
  /** When it came back: the number that has rested longest is given out first. */
  freedAt: moment(),
})

/** When a subscription covered the account, so that its days of grace stood still. No end: it still does. */
export const releasePause = pgTable(
  'release_pause',
  {
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    pausedAt: moment().notNull(),
    resumedAt: moment(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.pausedAt] }),
    uniqueIndex('release_pause_open')
      .on(table.accountId)
      .where(sql`resumed_at is null`),
  ],
)
