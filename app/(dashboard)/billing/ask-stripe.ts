import type { Unavailability } from '@/components/billing/stripe-unavailable'
import { BillingError } from '@/lib/kit/errors'

/** What Stripe said, or why it said nothing; any other failure is the page's. */
export async function askStripe<Value>(
  asked: Promise<Value>,
): Promise<Readonly<{ value: Value } | { why: Unavailability }>> {
  try {
    return { value: await asked }
  } catch (error) {
    if (!(error instanceof BillingError)) throw error
    if (error.code === 'payment_provider_unavailable') return { why: 'down' }
    if (error.code === 'rate_limited') return { why: 'busy' }
    throw error
  }
}
