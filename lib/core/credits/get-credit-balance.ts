import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { usd, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'

/** Where nobody said when the balance is low: so many credits. */
const LOW_CREDITS = 500n

export type CreditBalance = Readonly<{
  balance: Money
  /** Below what the account wants to be told of, or else where automatic top-up begins, or else 500 credits. */
  isLow: boolean
  autoTopUpEnabled: boolean
}>

const rows = z.tuple([
  z.object({
    balance_micros: z.bigint().nullable(),
    threshold_micros: z.bigint().nullable(),
    auto_top_up: z.boolean(),
  }),
])

/** The wallet to an API that warns of a low balance. One round trip. @throws BillingError `database_unavailable` */
export async function getCreditBalance(ctx: Context): Promise<CreditBalance> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const [row] = rows.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select balance_micros, threshold_micros, auto_top_up from read_credit_balance(${accountId}, ${ctx.now()})`,
    )),
  ])
  const balance = usd(row.balance_micros ?? 0n)
  const threshold = row.threshold_micros ?? ctx.prices.credit.micros * LOW_CREDITS
  return { balance, isLow: balance.micros < threshold, autoTopUpEnabled: row.auto_top_up }
}
