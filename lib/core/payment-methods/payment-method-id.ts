import { BillingError } from '@/lib/kit/errors'

/** Whether the provider could have given out this id: it is asked about no others. */
export function isPaymentMethodId(text: string): boolean {
  return /^pm_[A-Za-z0-9_]{1,250}$/.test(text)
}

/** The same for what does not exist and for what is another account's. */
export function noSuchPaymentMethod(): BillingError {
  return new BillingError('not_found', 'No such payment method.')
}
