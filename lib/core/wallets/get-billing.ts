import type { Instant } from '@/lib/kit/clock'
import type { Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'
import type { SavedPaymentMethod } from '../ports/payment-provider'
import { decideNumbersReleaseAt } from './decide-numbers-release-at'
import { readBilling, type BillingClaim, type BillingRecord } from './read-billing'
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
  const [{ record, paymentMethods, subscription }, pricing] = await Promise.all([
    readWithProvider(ctx, accountId),
    ctx.payments.numberPricing(),
  ])
  return {
    balance: record.balance,
    numbersReleaseAt: decideNumbersReleaseAt(record),
    subscription,
    numbers: record.numbers,
    deposits: record.deposits,
    pricing,
    paymentMethods,
    recentUsage: record.recentUsage,
  }
}

async function readWithProvider(ctx: Context, accountId: bigint) {
  const record = await readBilling(ctx.db, { accountId, now: ctx.now(), claim: claimOf(ctx.payments) })
  const { customerId, claimed } = record
  const [paymentMethods, subscription] = await Promise.all([
    customerId === null ? [] : ctx.payments.paymentMethods(customerId, { claimed }),
    readLive(ctx, record),
  ])
  return { record, paymentMethods, subscription }
}

function claimOf(payments: Context['payments']): BillingClaim | null {
  const claim = payments.paymentMethodsClaim()
  const subscribedEndpoints = payments.subscriptions.claim()
  return claim === null || subscribedEndpoints === null ? null : { ...claim, subscribedEndpoints }
}

/** What is paid is ours to know; whether it is to end, the customer may just have said at the provider. */
async function readLive(
  ctx: Context,
  { subscription, claimed }: BillingRecord,
): Promise<Subscription | null> {
  if (subscription === null || !subscription.covers) return null
  const live = await ctx.payments.subscriptions.retrieve(subscription.id, { claimed })
  const { periodStart, periodEnd, quantity, interval } = subscription
  return { periodStart, periodEnd, quantity, interval, cancelAtPeriodEnd: live?.cancelAtPeriodEnd ?? true }
}
