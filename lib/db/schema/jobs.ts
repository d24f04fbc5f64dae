import { sql } from 'drizzle-orm'
import { boolean, check, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { moment } from './identity'

/** Work that comes round again, one row a kind. `due_at` of a claimed row is the end of its lease. */
export const recurringJob = pgTable('recurring_job', {
  name: text().primaryKey(),
  dueAt: moment()
    .notNull()
    .default(sql`clock_timestamp()`),
  /** Failures since the last success. */
  failures: integer().notNull().default(0),
  startedAt: moment(),
  succeededAt: moment(),
  error: text(),
})

/** One row a living worker process. */
export const workerHeartbeat = pgTable('worker_heartbeat', {
  workerId: text().primaryKey(),
  startedAt: moment().notNull(),
  beatAt: moment().notNull(),
})

/** How far Stripe's event list has been read: every event created before `swept_to` is in the inbox. One row. */
export const stripeSweep = pgTable(
  'stripe_sweep',
  { id: boolean().primaryKey().default(true), sweptTo: moment().notNull() },
  (table) => [check('stripe_sweep_one_row', sql`${table.id}`)],
)
