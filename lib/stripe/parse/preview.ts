import { z } from 'zod'
import type { SubscriptionPreview } from '@/lib/core/ports/subscription-provider'
import { usdFromCents } from '@/lib/kit/money'
import { providerUnavailable } from '../map-error'
import { invoiceLine, itemIdsOf } from './invoice-lines'
import { parseAs } from './parse-as'

const preview = z.object({
  amount_due: z.int(),
  currency: z.string(),
  total_discount_amounts: z.array(z.object({ amount: z.int() })).nullish(),
  lines: z.object({
    data: z.array(
      invoiceLine.pick({ amount: true, parent: true }).extend({ description: z.string().nullish() }),
    ),
    has_more: z.boolean().nullish(),
  }),
})

/** @throws BillingError `payment_provider_unavailable`, lasting, for another shape or currency */
export function parsePreview(value: unknown): SubscriptionPreview {
  const found = parseAs(preview, value, 'invoice preview')
  if (found.currency !== 'usd') {
    throw providerUnavailable(`a preview in ${found.currency}`, { remedy: 'staff' })
  }
  const discountCents = (found.total_discount_amounts ?? []).reduce((sum, item) => sum + item.amount, 0)
  return {
    amountDue: usdFromCents(found.amount_due),
    currency: found.currency,
    discount: usdFromCents(discountCents),
    lines: found.lines.data.map((line) => ({
      description: line.description ?? '',
      amount: usdFromCents(line.amount),
    })),
    itemIds: itemIdsOf(found.lines.data),
  }
}
