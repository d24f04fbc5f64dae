import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'

export type Balance = Readonly<{
  balance: Money
  /** Since when the balance has been below zero; null at zero or above. */
  belowZeroSince: Instant | null
}>

const rows = z.tuple([
  z.object({ balance_micros: z.bigint().nullable(), below_zero_since: z.date().nullable() }),
])

/** The account's balance at `now`, as if every due grant had been expired; null where its books were never opened. */
export async function getBalance(db: Database, accountId: bigint, now: Instant): Promise<Balance | null> {
  const [row] = rows.parse(
    await callDatabase(db, (sql) => sql`select * from ledger.balance(${accountId}, ${now})`),
  )
  if (row.balance_micros === null) return null
  return { balance: usd(row.balance_micros), belowZeroSince: row.below_zero_since }
}
