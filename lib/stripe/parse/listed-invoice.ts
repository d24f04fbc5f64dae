import { z } from 'zod'
import type { ListedInvoice } from '@/lib/core/ports/payment-provider'
import { usdFromCents } from '@/lib/kit/money'
import { parseAs } from './parse-as'
import { unixSeconds } from './reference'

const invoice = z.object({
  id: z.string(),
  number: z.string().nullish(),
  status: z.enum(['draft', 'open', 'paid', 'uncollectible', 'void']),
  currency: z.string(),
  total: z.int(),
  created: z.int(),
  parent: z.object({ type: z.string() }).nullish(),
})

/** Null for a draft, which nobody has been sent. @throws BillingError `payment_provider_unavailable` */
export function parseListedInvoice(value: unknown): ListedInvoice | null {
  const found = parseAs(invoice, value, 'invoice')
  if (found.status === 'draft') return null
  return {
    id: found.id,
    number: found.number ?? null,
    state: found.status,
    total: found.currency === 'usd' ? usdFromCents(found.total) : null,
    isForSubscription: found.parent?.type === 'subscription_details',
    createdAt: unixSeconds(found.created),
  }
}
