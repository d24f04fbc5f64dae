import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  customType,
  index,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'

export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })
export const moment = () => timestamp({ withTimezone: true, mode: 'date' })

/** A billing account: the tenant that every other row belongs to. */
export const account = pgTable('account', {
  id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull(),
  /** Its name in addresses (`slug_of` in 0002_identity); a random one where none was made from its name. */
  slug: text()
    .notNull()
    .unique()
    .default(sql`'o-' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 12)`),
  currency: text().notNull().default('USD'),
  /** Null until the first Checkout. */
  stripeCustomerId: text().unique(),
  /** Whether the operator's staff may look into it; its owners say. */
  admitsStaff: boolean().notNull().default(true),
  createdAt: moment()
    .notNull()
    .default(sql`now()`),
})

export const user = pgTable('user', {
  id: uuid().primaryKey().defaultRandom(),
  /** The person to programs that know people by an integer. */
  number: bigint({ mode: 'bigint' }).notNull().unique().generatedAlwaysAsIdentity(),
  name: text(),
  /** Normalised before it is stored: trimmed, NFKC, lower case. */
  email: text().notNull().unique(),
  emailVerified: moment(),
  image: text(),
  passwordHash: text(),
  isStaff: boolean().notNull().default(false),
  createdAt: moment()
    .notNull()
    .default(sql`now()`),
  updatedAt: moment()
    .notNull()
    .default(sql`now()`),
})

export const member = pgTable(
  'member',
  {
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    userId: uuid()
      .notNull()
      .references(() => user.id),
    role: text({ enum: ['owner', 'billing', 'viewer'] }).notNull(),
    createdAt: moment()
      .notNull()
      .default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.userId] }),
    index('member_user').on(table.userId),
  ],
)

/** One row a person who had the welcome credit, by a hash of the normalised identity. */
export const welcomeClaim = pgTable('welcome_claim', {
  identityHash: bytea().primaryKey(),
  accountId: bigint({ mode: 'bigint' })
    .notNull()
    .unique()
    .references(() => account.id),
  claimedAt: moment()
    .notNull()
    .default(sql`now()`),
})

/** Credentials of programs. The key itself is shown once and stored as a keyed hash. */
export const apiKey = pgTable(
  'api_key',
  {
    id: text().primaryKey(),
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    name: text().notNull(),
    keyHash: bytea().notNull(),
    /** The first and last characters, to recognise a key by. */
    preview: text().notNull(),
    scopes: text().array().notNull(),
    createdBy: uuid()
      .notNull()
      .references(() => user.id),
    createdAt: moment()
      .notNull()
      .default(sql`now()`),
    lastUsedAt: moment(),
    expiresAt: moment(),
    revokedAt: moment(),
  },
  (table) => [uniqueIndex('api_key_hash').on(table.keyHash), index('api_key_account').on(table.accountId)],
)

/**
 * Credentials of people for programs: `session` ones stand for a sign-in and live briefly, `personal` ones are made for
 * a program. The token itself is shown once and stored as a keyed hash.
 */
export const accessToken = pgTable(
  'access_token',
  {
    /** Part of a personal token's text, so it is drawn before the row is written. */
    id: bigint({ mode: 'bigint' }).primaryKey().generatedByDefaultAsIdentity(),
    userId: uuid()
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    /** The account it acts for where a request names none. */
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    kind: text({ enum: ['session', 'personal'] }).notNull(),
    name: text().notNull(),
    tokenHash: bytea().notNull(),
    /** Scopes, or `*` for all that its person has: never more than these, whatever the role. */
    abilities: text().array().notNull(),
    createdAt: moment()
      .notNull()
      .default(sql`now()`),
    lastUsedAt: moment(),
    expiresAt: moment(),
    revokedAt: moment(),
  },
  (table) => [
    uniqueIndex('access_token_hash').on(table.tokenHash),
    index('access_token_user').on(table.userId),
  ],
)

export const session = pgTable(
  'session',
  {
    /** SHA-256 of the cookie's token, hexadecimal. */
    sessionToken: text().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    /** The account that was switched to; null, or one that its person has left: their oldest membership. */
    accountId: bigint({ mode: 'bigint' }).references(() => account.id),
    /**
     * The look into an account that it stands for, also once that is over: until its person goes back, it shows nothing
     * else. Null: its person is themselves. The foreign key stands in 0017_impersonation.
     */
    impersonationId: bigint({ mode: 'bigint' }).unique(),
    /** The end of its absolute lifetime; a session unused for a week ends sooner. */
    expires: moment().notNull(),
    createdAt: moment()
      .notNull()
      .default(sql`now()`),
    /** Written at most once a minute. */
    lastUsedAt: moment()
      .notNull()
      .default(sql`now()`),
  },
  (table) => [index('session_user').on(table.userId)],
)

/**
 * One row a token bucket. 0002_identity makes the table unlogged: a crash empties it, which a throttle may
 * afford and a limit on money may not (those live in the ledger's functions).
 */
export const rateLimit = pgTable('rate_limit', {
  bucket: text().primaryKey(),
  /** GCRA's theoretical arrival time: the moment at which the bucket will be full again. */
  fullAt: moment().notNull(),
})
