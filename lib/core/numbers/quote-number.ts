import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { previewNewNumber, type Preview } from '../subscriptions/preview-subscription'
import { getNumberPlans, type NumberPlans } from './get-number-plans'

/**
 * What one more number would cost today. wallet: the first month of its rent, from the balance. short: the balance does
 * not cover that. unit: nothing, a unit of the subscription is free. card: its share of the subscription's period,
 * charged to the default payment method.
 */
export type NumberQuote = Readonly<{ balance: Money; balanceAfter: Money; coveredUntil: Instant }> &
  Readonly<
    | { kind: 'wallet' | 'short'; price: Money }
    | { kind: 'unit' }
    | {
        kind: 'card'
        price: Money
        /** Unix seconds: bought with it, `price` is charged or nothing. */ quotedAt: number
      }
  >

type Share = Pick<Preview, 'amountDue' | 'prorationDate' | 'repaid'>

/**
 * What buying a number now would charge, and to what. Buys nothing.
 * @throws BillingError `payment_provider_unavailable`, only where a subscription is to be asked about
 */
export async function quoteNumber(ctx: Context): Promise<NumberQuote> {
  requireScope(ctx.actor, 'billing:read')
  const plans = await getNumberPlans(ctx)
  return decideQuote(plans, plans.cover === null ? null : await previewNewNumber(ctx))
}

/** `share`: of the subscription's period, for one number more; null without a subscription. */
export function decideQuote(
  { balance, rent, monthEnd, cover }: NumberPlans,
  share: Share | null,
): NumberQuote {
  if (cover === null || share === null) {
    const balanceAfter = usd(balance.micros - rent.micros)
    const kind = balanceAfter.micros < 0n ? 'short' : 'wallet'
    return { kind, price: rent, balance, balanceAfter, coveredUntil: monthEnd }
  }
  const balanceAfter = usd(balance.micros + share.repaid.micros)
  const drawn = { balance, balanceAfter, coveredUntil: cover.periodEnd }
  if (share.amountDue.micros === 0n) return { ...drawn, kind: 'unit' }
  return { ...drawn, kind: 'card', price: share.amountDue, quotedAt: share.prorationDate }
}
