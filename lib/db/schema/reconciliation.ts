import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { account, moment } from './identity'

/** A comparison of the books with the provider: asked for by the schedule or by staff, and what came of it. */
export const reconciliation = pgTable(
  'reconciliation',
  {
    id: text().primaryKey(),
    /** Business time: what was paid, given back or disputed from then on, and before `until`. */
    since: moment().notNull(),
    until: moment().notNull(),
    state: text({ enum: ['asked', 'running', 'done', 'failed'] }).notNull(),
    requestedBy: text().notNull(),
    requestedAt: moment()
      .notNull()
      .default(sql`clock_timestamp()`),
    startedAt: moment(),
    finishedAt: moment(),
    /** Objects looked at, those of them that differed, and those that were put right at once. */
    compared: integer().notNull().default(0),
    found: integer().notNull().default(0),
    repaired: integer().notNull().default(0),
    /** Payments of which the inbox knows no event. */
    unheard: integer().notNull().default(0),
    error: text(),
  },
  (table) => [
    index('reconciliation_newest').on(table.requestedAt),
    index('reconciliation_to_do')
      .on(table.id)
      .where(sql`state in ('asked', 'running')`),
    check('reconciliation_span', sql`since < until`),
  ],
)

/** How far the books are compared with the provider without a gap. One row. */
export const reconciliationState = pgTable(
  'reconciliation_state',
  { id: boolean().primaryKey().default(true), matchedUntil: moment().notNull() },
  (table) => [check('reconciliation_state_one_row', sql`${table.id}`)],
)

/**
 * Where the books and the provider do not agree. An object has one open difference at most; it is closed when they agree
 * again, or when staff accept it as it is: then it is not told again until its amounts change. Real time.
 */
export const reconciliationDifference = pgTable(
  'reconciliation_difference',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text({
      enum: [
        'missing_in_books',
        'missing_at_provider',
        'amount_differs',
        'state_differs',
        'not_ours',
        'unreadable',
      ],
    }).notNull(),
    object: text({ enum: ['invoice', 'refund', 'dispute', 'warning'] }).notNull(),
    /** The provider's. */
    objectId: text().notNull(),
    /** Null where it is nobody's of ours. */
    accountId: bigint({ mode: 'bigint' }).references(() => account.id),
    /** What the provider has; null: nothing, or not in dollars. */
    providerMicros: bigint({ mode: 'bigint' }),
    /** What the books have; null: nothing. */
    bookedMicros: bigint({ mode: 'bigint' }),
    /** Why it could not be put right; null where nothing stood in the way. */
    reason: text(),
    firstSeenAt: moment()
      .notNull()
      .default(sql`clock_timestamp()`),
    lastSeenAt: moment()
      .notNull()
      .default(sql`clock_timestamp()`),
    resolvedAt: moment(),
    resolution: text({ enum: ['repaired', 'agrees', 'accepted'] }),
    resolvedBy: text(),
    /** Why staff accepted it. */
    note: text(),
  },
  (table) => [
    uniqueIndex('reconciliation_difference_one_open')
      .on(table.object, table.objectId)
      .where(sql`resolved_at is null`),
    index('reconciliation_difference_object').on(table.object, table.objectId),
    index('reconciliation_difference_account')
      .on(table.accountId)
      .where(sql`resolved_at is null`),
    index('reconciliation_difference_resolved')
      .on(table.resolvedAt)
      .where(sql`resolved_at is not null`),
    check(
      'reconciliation_difference_resolution',
      sql`(resolved_at is null) = (resolution is null) and (note is null or resolution = 'accepted')`,
    ),
  ],
)
