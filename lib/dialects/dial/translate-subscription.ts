import type { Preview } from '@/lib/core/subscriptions/preview-subscription'
import type { Cancellation } from '@/lib/core/subscriptions/set-cancellation'
import { exactCents } from '@/lib/kit/money'
import type { CancellationResponse, PreviewResponse } from './subscription-contract'
import { presentInstant } from './translate'

export function presentPreview(preview: Preview): PreviewResponse {
  return {
    amountDueCents: exactCents(preview.amountDue),
    currency: preview.currency,
    prorationDate: preview.prorationDate,
    discountCents: exactCents(preview.discount),
    lines: preview.lines.map(({ description, amount }) => ({ description, amountCents: exactCents(amount) })),
  }
}

export function presentCancellation({ cancelAtPeriodEnd, periodEnd }: Cancellation): CancellationResponse {
  return { cancelAtPeriodEnd, periodEnd: presentInstant(periodEnd) }
}
