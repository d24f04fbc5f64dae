import { invariant } from '@/lib/kit/assert'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { askAccount } from '../account-question'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { creditBalanceAnswer, creditBalanceQuestion } from '../credits/get-credit-balance'

/** What the wallet holds, and whether it is topped up by itself. */
export type WalletBalance = Readonly<{ balance: Money; autoTopUpEnabled: boolean; asOf: Instant }>

/** In one round trip, and nothing else: programs ask for it often. @throws BillingError `database_unavailable` */
export async function getWalletBalance(ctx: Context): Promise<WalletBalance> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const { balance, automatic } = creditBalanceAnswer.parse(
    await askAccount(ctx, accountId, creditBalanceQuestion),
  )
  invariant(balance !== null, `the books of account ${accountId} are open`)
  return { balance: usd(BigInt(balance)), autoTopUpEnabled: automatic, asOf: ctx.now() }
}
