import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import { usd } from '@/lib/kit/money'
import type { AutoTopUp } from './auto-top-up'

const micros = z.bigint().transform(usd)

const rows = z.tuple([
  z.object({
    enabled: z.boolean(),
    threshold_micros: micros.nullable(),
    amount_micros: micros.nullable(),
    scheduled_enabled: z.boolean(),
    scheduled_micros: micros.nullable(),
    day_of_month: z.int().nullable(),
    payment_method_id: z.string().nullable(),
    monthly_cap_micros: micros.nullable(),
    quantity: z.int().nullable(),
    next_scheduled_on: z.iso.date().nullable(),
    stopped_reason: z
      .enum(['charges_failed', 'payment_method_missing', 'payment_disputed', 'fraud_warning'])
      .nullable(),
    last_failure: z.string().nullable(),
    cooldown_until: z.date().nullable(),
    version: z.int(),
    updated_at: z.date().nullable(),
    in_flight: z.boolean(),
    paused: z.boolean(),
    last_topped_up_at: z.date().nullable(),
    today_held: micros,
    today_charged: micros,
    today_count: z.int(),
    month_held: micros,
    month_charged: micros,
  }),
])

/** What is set and how it went, with the version that a change is based on; 0 where nothing was ever set. */
export type StoredAutoTopUp = Omit<AutoTopUp, 'dailyLimit'> & Readonly<{ version: number }>

/** Of one account, in one statement. */
export async function readAutoTopUp(db: Database, accountId: bigint, now: Instant): Promise<StoredAutoTopUp> {
  const [row] = rows.parse([
    ...(await callDatabase(db, (sql) => sql`select * from read_auto_top_up(${accountId}, ${now})`)),
  ])
  return {
    enabled: row.enabled,
    threshold: row.threshold_micros,
    amount: row.amount_micros,
    scheduledEnabled: row.scheduled_enabled,
    scheduledAmount: row.scheduled_micros,
    dayOfMonth: row.day_of_month,
    paymentMethodId: row.payment_method_id,
    monthlyCap: row.monthly_cap_micros,
    quantity: row.quantity,
    nextScheduledOn: row.next_scheduled_on,
    stoppedReason: row.stopped_reason,
    lastFailure: row.last_failure,
    cooldownUntil: row.cooldown_until,
    inFlight: row.in_flight,
    paused: row.paused,
    today: { held: row.today_held, charged: row.today_charged, count: row.today_count },
    month: { held: row.month_held, charged: row.month_charged },
    lastToppedUpAt: row.last_topped_up_at,
    updatedAt: row.updated_at,
    version: row.version,
  }
}
