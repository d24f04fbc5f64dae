import type { z } from 'zod'
import { providerUnavailable } from '../map-error'

/**
 * What Stripe answered, as a type of ours. The SDK's types promise what the network may not keep: an answer of another
 * shape is an outage to the caller, but one that staff must end. @throws BillingError `payment_provider_unavailable`
 */
export function parseAs<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw providerUnavailable(`unexpected ${what}: ${parsed.error.issues.map(describe).join('; ')}`, {
    remedy: 'staff',
  })
}

function describe(issue: z.core.$ZodIssue): string {
  return `${issue.path.join('.')} ${issue.message}`
}
