import type { AutoTopUp, AutoTopUpPatch } from '@/lib/core/auto-top-ups/auto-top-up'
import { nextMonth } from '@/lib/core/auto-top-ups/scheduled-day'
import type { SavedPaymentMethod } from '@/lib/core/ports/payment-provider'
import { invariant } from '@/lib/kit/assert'
import type { Instant } from '@/lib/kit/clock'
import { ceilUnits, floorUnits, usd, type Money } from '@/lib/kit/money'
import type { AutoRefillRequest, AutoRefillResponse } from './auto-refill-contract'

/** `bundle`: what one is worth now; null where the body names none. */
export function patchOf(body: AutoRefillRequest, credit: Money, bundle: Money | null): AutoTopUpPatch {
  const worth = (credits: number | null | undefined) =>
    credits == null ? credits : usd(BigInt(credits) * credit.micros)
  const { quantity } = body
  return {
    enabled: body.enabled,
    threshold: worth(body.threshold),
    monthlyCap: worth(body.monthly_cap),
    ...(quantity !== undefined && { quantity, amount: bundlesWorth(quantity, bundle) }),
  }
}

function bundlesWorth(quantity: number | null, bundle: Money | null): Money | null {
  if (quantity === null) return null
  invariant(bundle !== null, 'who names bundles is told what one is worth')
  return usd(BigInt(quantity) * bundle.micros)
}

type Shown = Readonly<{
  settings: AutoTopUp
  methods: readonly SavedPaymentMethod[]
  credit: Money
  now: Instant
}>

/** A threshold that is no whole number of credits shows as the next, and a cap as the one that it has room for. */
export function presentAutoRefill({ settings, methods, credit, now }: Shown): AutoRefillResponse {
  const { threshold, monthlyCap, updatedAt } = settings
  return {
    enabled: settings.enabled,
    has_payment_method: methods.some((method) => isCharged(method, settings)),
    month_count: floorUnits(settings.month.held, credit),
    month_reset: updatedAt === null ? null : wholeSeconds(nextMonth(now)),
    monthly_cap: monthlyCap === null ? null : floorUnits(monthlyCap, credit),
    quantity: settings.quantity,
    threshold: threshold === null ? null : ceilUnits(threshold, credit),
  }
}

function isCharged({ id, isDefault }: SavedPaymentMethod, { paymentMethodId }: AutoTopUp): boolean {
  return paymentMethodId === null ? isDefault : id === paymentMethodId
}

function wholeSeconds(at: Instant): string {
  return `${at.toISOString().slice(0, 19)}Z`
}
