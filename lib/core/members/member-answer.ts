import { BillingError } from '@/lib/kit/errors'

/** For the deed that would leave an organisation to nobody. */
export function lastOwner(): BillingError {
  return new BillingError('conflict', 'This is the only owner. Make someone else an owner first.')
}
