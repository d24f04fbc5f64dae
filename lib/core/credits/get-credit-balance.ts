import { z } from 'zod'
import { usd, type Money } from '@/lib/kit/money'
import { askAccount, type AccountQuestion } from '../account-question'
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

/** What the wallet holds, and what is to happen when it holds little. */
export const creditBalanceQuestion: AccountQuestion = {
  key: 'credit-balance',
  call: (sql, account, now) => sql`read_credit_balance(${account}, ${now})`,
}

export const creditBalanceAnswer = z.object({
  balance: z.string().nullable(),
  threshold: z.string().nullable(),
  automatic: z.boolean(),
})

/** The wallet to an API that warns of a low balance. One round trip. @throws BillingError `database_unavailable` */
export async function getCreditBalance(ctx: Context): Promise<CreditBalance> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const found = creditBalanceAnswer.parse(await askAccount(ctx, accountId, creditBalanceQuestion))
  const balance = usd(BigInt(found.balance ?? 0))
  const threshold =
    found.threshold === null ? ctx.prices.credit.micros * LOW_CREDITS : BigInt(found.threshold)
  return { balance, isLow: balance.micros < threshold, autoTopUpEnabled: found.automatic }
}
