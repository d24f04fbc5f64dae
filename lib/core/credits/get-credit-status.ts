import { z } from 'zod'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { askAccount, type AccountQuestion } from '../account-question'
import { requireScope } from '../actor'
import type { Context } from '../context'

/** An account as APIs show it that count a monthly allowance. */
export type CreditStatus = Readonly<{
  /** What is left of the allowance, and what was bought. */
  balance: Money
  /** What the plan gives for this month; zero without a plan. */
  limit: Money
  /** What was consumed this month, of whatever was paid with. */
  used: Money
  /** Null without a plan. */
  renewsAt: Instant | null
}>

export const creditStatusQuestion: AccountQuestion = {
  key: 'credit-status',
  call: (sql, account, now) => sql`read_credit_status(${account}, ${now})`,
}

const answer = z.object({
  balance: z.string().nullable(),
  limit: z.string(),
  used: z.string(),
  renewsAt: z.string().nullable(),
})

/** In one round trip, with or without a plan. @throws BillingError `database_unavailable` */
export async function getCreditStatus(ctx: Context): Promise<CreditStatus> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const found = answer.parse(await askAccount(ctx, accountId, creditStatusQuestion))
  return {
    balance: usd(BigInt(found.balance ?? 0)),
    limit: usd(BigInt(found.limit)),
    used: usd(BigInt(found.used)),
    renewsAt: found.renewsAt === null ? null : new Date(found.renewsAt),
  }
}
