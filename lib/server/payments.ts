import type { Logger } from 'pino'
import type { PaymentProvider } from '@/lib/core/ports/payment-provider'
import type { Database } from '@/lib/db/client'
import type { Env } from '@/lib/env'
import { createAlarm } from '@/lib/stripe/alarm'
import { claimCallsIn } from '@/lib/stripe/claim-calls'
import { createPaymentProvider } from '@/lib/stripe/create-payment-provider'
import { createLimiter } from '@/lib/stripe/limiter'
import { openStripeClient } from '@/lib/stripe/open-client'

/** How long a call may wait for its share of the call budget: someone looks at a page, nobody at the worker. */
const PATIENCE_MS = {
  page: { purchase: 10_000, read: 3_000 },
  worker: { purchase: 30_000, read: 30_000 },
} as const

/** Stripe, at STRIPE_API_BASE or at its own address. */
export function openPayments(
  env: Env,
  db: Database,
  log: Logger,
  patience: keyof typeof PATIENCE_MS,
): PaymentProvider {
  const callsPerSecond = env.STRIPE_CALLS_PER_SECOND
  const client = openStripeClient({ secretKey: env.STRIPE_SECRET_KEY, apiBase: env.STRIPE_API_BASE, log })
  const limiter = createLimiter(claimCallsIn(db, callsPerSecond), PATIENCE_MS[patience])
  return createPaymentProvider({
    client,
    limiter,
    livemode: env.livemode,
    callsPerSecond,
    alarm: createAlarm(log),
  })
}
