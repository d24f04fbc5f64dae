import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { account, moment, user } from './identity'

/**
 * Money that staff move by hand: credit that they grant, and postings that they undo. Written by the functions of
 * 0019_adjustments only; business time throughout.
 */
export const adjustment = pgTable(
  'adjustment',
  {
    /** Given by who asks, so that asking twice is asking once. */
    id: text().primaryKey(),
    accountId: bigint({ mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    kind: text({ enum: ['grant', 'reversal'] }).notNull(),
    /** Of a grant; null for a reversal. */
    category: text({ enum: ['promotional', 'purchased'] }),
    /** What is granted, or what was left of the posting to undo when it was asked for. */
    amountMicros: bigint({ mode: 'bigint' }).notNull(),
    /** When the granted credit expires; null: never. */
    expiresAt: moment(),
    /** The posting to undo; null for a grant. */
    targetId: bigint({ mode: 'bigint' }),
    reason: text().notNull(),
    requestedBy: uuid()
      .notNull()
      .references(() => user.id),
    requestedAt: moment().notNull(),
    /** Above the limit: a second person decides. */
    needsApproval: boolean().notNull(),
    /** `made` and after it nothing; `withdrawn`: taken back by who asked; `lapsed`: not decided within seven days. */
    state: text({ enum: ['pending', 'made', 'declined', 'withdrawn', 'lapsed'] }).notNull(),
    /** Until when it may be decided; null where nobody needs to. */
    lapsesAt: moment(),
    decidedBy: uuid().references(() => user.id),
    decidedAt: moment(),
    /** What who decided had to say; null: nothing. */
    note: text(),
    /** The posting of the ledger that it became; null until it is made. */
    postingId: bigint({ mode: 'bigint' }),
  },
  (table) => [
    check(
      'adjustment_second_person',
      sql`state <> 'made' or not needs_approval or coalesce(decided_by <> requested_by, false)`,
    ),
    check('adjustment_posted', sql`(state = 'made') = (posting_id is not null)`),
    index('adjustment_account').on(table.accountId, table.requestedAt, table.id),
    index('adjustment_approval')
      .on(table.requestedAt, table.id)
      .where(sql`needs_approval`),
    index('adjustment_person').on(table.requestedBy, table.accountId, table.requestedAt),
    uniqueIndex('adjustment_target_once')
      .on(table.accountId, table.targetId)
      .where(sql`kind = 'reversal' and state in ('pending', 'made')`),
  ],
)
