import type { Instant } from '@/lib/kit/clock'
import type { Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { decideNumbersReleaseAt } from './decide-numbers-release-at'
import { readBilling, type Deposit, type HeldNumber, type UsageRow } from './read-billing'

/** The wallet as our own database knows it. */
export type Wallet = Readonly<{
  balance: Money
  /** When all numbers are released for non-payment, or null where that does not threaten. */
  numbersReleaseAt: Instant | null
  numbers: readonly HeldNumber[]
  /** The 20 newest, newest first. */
  deposits: readonly Deposit[]
  /** The 20 newest, newest first. */
  recentUsage: readonly UsageRow[]
}>

/** The account's wallet. Asks only our own database, so it answers while the payment provider does not. */
export async function getWallet(ctx: Context): Promise<Wallet> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const record = await readBilling(ctx.db, { accountId, now: ctx.now(), claim: null })
  return {
    balance: record.balance,
    numbersReleaseAt: decideNumbersReleaseAt(record),
    numbers: record.numbers,
    deposits: record.deposits,
    recentUsage: record.recentUsage,
  }
}
