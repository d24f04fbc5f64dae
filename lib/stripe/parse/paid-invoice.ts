import { z } from 'zod'
import type { PaidInvoice } from '@/lib/core/ports/payment-provider'
import { usdFromCents } from '@/lib/kit/money'
import { parseAs } from './parse-as'
import { metadata, reference, unixSeconds } from './reference'

/** A payment record is money that was settled outside Stripe. */
const BY_CHARGE: ReadonlySet<string> = new Set(['charge', 'payment_intent'])

const invoice = z.object({
  id: z.string(),
  customer: reference.nullish(),
  currency: z.string(),
  metadata,
  parent: z.object({ subscription_details: z.object({ subscription: reference }).nullish() }).nullish(),
  payments: z.object({
    data: z.array(
      z.object({
        status: z.string(),
        amount_paid: z.int().nullish(),
        payment: z.object({ type: z.string() }),
      }),
    ),
  }),
  status_transitions: z.object({ paid_at: z.int().nullish() }).optional(),
})

/** Of a list of paid invoices with their payments. @throws BillingError `payment_provider_unavailable` */
export function parsePaidInvoice(value: unknown): PaidInvoice {
  const found = parseAs(invoice, value, 'invoice')
  const cents = found.payments.data
    .filter(({ status, payment }) => status === 'paid' && BY_CHARGE.has(payment.type))
    .reduce((sum, payment) => sum + (payment.amount_paid ?? 0), 0)
  const paidAt = found.status_transitions?.paid_at ?? null
  return {
    id: found.id,
    customerId: found.customer ?? null,
    subscriptionId: found.parent?.subscription_details?.subscription ?? null,
    orderId: found.metadata?.['order_id'] ?? null,
    paid: paidBy(cents, found.currency),
    paidAt: paidAt === null ? null : unixSeconds(paidAt),
  }
}

function paidBy(cents: number, currency: string): PaidInvoice['paid'] {
  if (cents === 0) return null
  return currency === 'usd' ? usdFromCents(cents) : 'not_in_dollars'
}
