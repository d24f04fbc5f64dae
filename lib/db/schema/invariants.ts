import { sql } from 'drizzle-orm'
import { bigint, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { moment } from './identity'

/** A proof of the books: asked for by the schedule or by staff, and what came of it. Real time. */
export const booksCheck = pgTable(
  'books_check',
  {
    id: text().primaryKey(),
    state: text({ enum: ['asked', 'running', 'done', 'failed'] }).notNull(),
    requestedBy: text().notNull(),
    requestedAt: moment()
      .notNull()
      .default(sql`clock_timestamp()`),
    startedAt: moment(),
    finishedAt: moment(),
    /** Why it could not be carried out; null where it was. */
    error: text(),
  },
  (table) => [index('books_check_newest').on(table.requestedAt)],
)

/** A row that broke a law of the books when they were proved. */
export const booksViolation = pgTable(
  'books_violation',
  {
    checkId: text()
      .notNull()
      .references(() => booksCheck.id, { onDelete: 'cascade' }),
    number: integer().notNull(),
    law: text().notNull(),
    accountId: bigint({ mode: 'bigint' }).notNull(),
    rowId: bigint({ mode: 'bigint' }),
    detail: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.checkId, table.number] })],
)
