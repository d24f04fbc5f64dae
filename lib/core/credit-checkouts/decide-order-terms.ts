import { invariant } from '@/lib/kit/assert'
import { ceilCents, POSTING_MICROS_MAX, usd, usdFromCents, type Money } from '@/lib/kit/money'
import type { CreditsBundle } from '../ports/payment-provider'
import type { OrderTerms } from '../top-ups/begin-credits-checkout'

type Bundle = Pick<CreditsBundle, 'credits' | 'price'>

/** So many bundles cost so many times the price, and grant what their credits are worth, whatever they cost. */
export function decideBundleTerms(bundle: Bundle, quantity: number, creditValue: Money): OrderTerms {
  const due = usd(bundle.price.micros * BigInt(quantity))
  const credit = usd(creditValue.micros * BigInt(bundle.credits) * BigInt(quantity))
  invariant(credit.micros <= POSTING_MICROS_MAX, 'a bundle grants no more than a posting can carry')
  return { due, credit }
}

/**
 * So many credits cost what they are worth, rounded up to a whole cent, which is what can be paid; the fraction of a cent
 * is the customer's, who is granted what was paid.
 */
export function decideCountTerms(credits: number, creditValue: Money): OrderTerms {
  const due = usdFromCents(ceilCents(usd(creditValue.micros * BigInt(credits))))
  return { due, credit: due }
}
