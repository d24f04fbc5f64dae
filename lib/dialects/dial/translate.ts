import type { SavedPaymentMethod } from '@/lib/core/ports/payment-provider'
import type { Billing, Subscription } from '@/lib/core/wallets/get-billing'
import type { Deposit, UsageRow } from '@/lib/core/wallets/read-billing'
import type { Instant } from '@/lib/kit/clock'
import { ceilCents, exactCents, floorCents } from '@/lib/kit/money'
import type { BillingResponse } from './contract'

/** Dial's words for an account's billing, in Dial's order. The balance is rounded down, what usage cost is rounded up. */
export function presentBilling(billing: Billing): BillingResponse {
  return {
    balanceCents: floorCents(billing.balance),
    numbersReleaseAt: billing.numbersReleaseAt === null ? null : presentInstant(billing.numbersReleaseAt),
    subscription: billing.subscription === null ? null : presentSubscription(billing.subscription),
    numbers: billing.numbers.map(({ id, number, nickname, mode }) => ({ id, number, nickname, mode })),
    deposits: billing.deposits.map(presentDeposit),
    pricing: {
      monthlyCents: exactCents(billing.pricing.monthly),
      annualCents: exactCents(billing.pricing.annual),
    },
    paymentMethods: billing.paymentMethods.map(presentPaymentMethod),
    recentUsage: billing.recentUsage.map(presentUsage),
  }
}

function presentSubscription(subscription: Subscription): NonNullable<BillingResponse['subscription']> {
  return {
    periodStart: presentInstant(subscription.periodStart),
    periodEnd: presentInstant(subscription.periodEnd),
    quantity: subscription.quantity,
    interval: subscription.interval,
    cancelAtPeriodEnd: subscription.cancelAtPeriodEnd,
  }
}

function presentDeposit(deposit: Deposit): BillingResponse['deposits'][number] {
  return {
    createdAt: presentInstant(deposit.createdAt),
    amountCents: floorCents(deposit.amount),
    kind: deposit.kind,
    invoiceId: deposit.invoiceId,
  }
}

/** Where a method is no card, its card fields are empty strings and zeros; its e-mail stays null where it has none. */
function presentPaymentMethod(method: SavedPaymentMethod): BillingResponse['paymentMethods'][number] {
  return {
    id: method.id,
    type: method.type,
    brand: method.card?.brand ?? '',
    last4: method.card?.last4 ?? '',
    expMonth: method.card?.expMonth ?? 0,
    expYear: method.card?.expYear ?? 0,
    email: method.email,
    isDefault: method.isDefault,
  }
}

function presentUsage(row: UsageRow): BillingResponse['recentUsage'][number] {
  return {
    occurredAt: presentInstant(row.occurredAt),
    fareName: row.fareName,
    number: row.number,
    billedQuantity: row.billedQuantity,
    totalCents: ceilCents(row.total),
    attribution: row.attribution,
  }
}

/** UTC, whole seconds: a fraction is cut off, so that nothing seems to happen later than it did. */
export function presentInstant(instant: Instant): string {
  return `${instant.toISOString().slice(0, 19)}Z`
}
