import { env } from '@/lib/env'

/** Where Stripe's dashboard shows our objects; null where another program stands in for Stripe, whose objects it has not. */
export function stripeDashboard(): string | null {
  const { STRIPE_API_BASE, livemode } = env()
  if (STRIPE_API_BASE !== undefined) return null
  return livemode ? 'https://dashboard.stripe.com' : 'https://dashboard.stripe.com/test'
}
