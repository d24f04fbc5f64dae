import type { Endpoint } from '../call-stripe'
import type { Limiter } from '../limiter'

/**
 * A place in the call budget for each of a purchase's calls, at once and not each when its turn comes: a place costs a round
 * trip to our database. @throws BillingError `payment_provider_unavailable`
 */
export async function acquireAll(limiter: Limiter, endpoints: readonly Endpoint[]): Promise<void> {
  await Promise.all(endpoints.map((endpoint) => limiter.acquire(endpoint, 'purchase')))
}
