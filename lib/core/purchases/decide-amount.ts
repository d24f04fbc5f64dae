import { BillingError } from '@/lib/kit/errors'
import { MICROS_PER_CENT, usdFromCents, type Money } from '@/lib/kit/money'

/** Stripe charges no less in US dollars (docs.stripe.com/currencies, "Minimum and maximum charge amounts"). */
const PURCHASE_MIN: Money = usdFromCents(50)

/**
 * Far more than an account tops up with at once, and little enough that a slip of the hand or a stolen key costs no fortune;
 * Stripe itself would take 999,999.99.
 */
const PURCHASE_MAX: Money = usdFromCents(1_000_000)

/** @throws BillingError `invalid_input` (amount) for what cannot be charged */
export function requirePurchasable(amount: Money): void {
  const reason = reasonAgainst(amount)
  if (reason === null) return
  throw new BillingError('invalid_input', 'The request is not valid', {
    fields: { formErrors: [], fieldErrors: { amount: [reason] } },
  })
}

function reasonAgainst({ micros }: Money): string | null {
  if (micros % MICROS_PER_CENT !== 0n) return 'The amount must be in whole cents.'
  if (micros < PURCHASE_MIN.micros) return 'The amount must be at least 0.50 USD.'
  if (micros > PURCHASE_MAX.micros) return 'The amount must be at most 10,000.00 USD.'
  return null
}
