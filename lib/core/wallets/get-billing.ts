import type { Instant } from '@/lib/kit/clock'
import type { Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'
import type { SavedPaymentMethod } from '../ports/payment-provider'
import { decideNumbersReleaseAt } from './decide-numbers-release-at'
import { readBilling } from './read-billing'
import type { Wallet } from './get-wallet'

export type Subscription = Readonly<{
  periodStart: Instant
  periodEnd: Instant
  /** Numbers covered, one unit each. */
  quantity: number
  interval: 'monthly' | 'annual'
  /** Ends at `periodEnd`; until then it covers. */
  cancelAtPeriodEnd: boolean
}>

export type Billing = Wallet &
  Readonly<{
    /** Null: the account pays as it goes. */
    subscription: Subscription | null
    /** What a number's subscription costs now. */
    pricing: Readonly<{ monthly: Money; annual: Money }>
    /** Live from the provider, the default first. */
    paymentMethods: readonly SavedPaymentMethod[]
  }>

/**
 * Everything about the account's billing: one round trip to our database, then one depth of calls to the provider; its
 * prices are asked for meanwhile. @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function getBilling(ctx: Context): Promise<Billing> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const [{ record, paymentMethods }, pricing] = await Promise.all([
    readWithPaymentMethods(ctx, accountId),
    ctx.payments.numberPricing(),
  ])
  return {
    balance: record.balance,
    numbersReleaseAt: decideNumbersReleaseAt(record),
    subscription: null,
    numbers: record.numbers,
    deposits: record.deposits,
    pricing,
    paymentMethods,
    recentUsage: record.recentUsage,
  }
}

async function readWithPaymentMethods(ctx: Context, accountId: bigint) {
  const claim = ctx.payments.paymentMethodsClaim()
  const record = await readBilling(ctx.db, { accountId, now: ctx.now(), claim })
  const paymentMethods =
    record.customerId === null
      ? []
      : await ctx.payments.paymentMethods(record.customerId, { claimed: record.claimed })
  return { record, paymentMethods }
}
