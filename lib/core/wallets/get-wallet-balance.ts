import { z } from 'zod'
import { invariant } from '@/lib/kit/assert'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { askAccount, type AccountQuestion } from '../account-question'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { creditBalanceAnswer, creditBalanceQuestion } from '../credits/get-credit-balance'

/** What the wallet holds, and whether it is topped up by itself. */
export type WalletBalance = Readonly<{
  balance: Money
  autoTopUpEnabled: boolean
  /** Whole seconds. */
  asOf: Instant
}>

/** The same as of a balance in credits, with the moment that it is told of. */
export const walletBalanceQuestion: AccountQuestion = {
  key: 'wallet-balance',
  call: (sql, account, now) => sql`
    json_build_object('asOf', date_trunc('second', ${now}::timestamptz), 'wallet', ${creditBalanceQuestion.call(sql, account, now)})`,
}

const answer = z.object({ asOf: z.iso.datetime({ offset: true }), wallet: creditBalanceAnswer })

/** In one round trip, and nothing else: programs ask for it often. @throws BillingError `database_unavailable` */
export async function getWalletBalance(ctx: Context): Promise<WalletBalance> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const { asOf, wallet } = answer.parse(await askAccount(ctx, accountId, walletBalanceQuestion))
  invariant(wallet.balance !== null, `the books of account ${accountId} are open`)
  return {
    balance: usd(BigInt(wallet.balance)),
    autoTopUpEnabled: wallet.automatic,
    asOf: new Date(asOf),
  }
}
