import { z } from 'zod'
import type { PaymentReturn } from '@/lib/core/ports/payment-provider'
import { usdFromCents, type Money } from '@/lib/kit/money'
import { parseAs } from './parse-as'
import { metadata, reference, unixSeconds } from './reference'

const refund = z.object({
  id: z.string(),
  status: z.string().nullish(),
  currency: z.string(),
  amount: z.int().positive(),
  reason: z.string().nullish(),
  failure_reason: z.string().optional(),
  created: z.int(),
  metadata,
})

const dispute = z.object({
  id: z.string(),
  status: z.string(),
  currency: z.string(),
  amount: z.int().positive(),
  reason: z.string(),
  created: z.int(),
  /** What was taken, and given back: in and out add up to nothing where the operator has the money. */
  balance_transactions: z.array(z.object({ amount: z.int() })),
  evidence_details: z.object({ due_by: z.int().nullish() }).nullish(),
})

const warning = z.object({
  id: z.string(),
  actionable: z.boolean(),
  fraud_type: z.string(),
  created: z.int(),
})

/** Parses a refund. @throws BillingError as `parseAs` */
export function parseRefund(value: unknown): PaymentReturn {
  const found = parseAs(refund, value, 'refund')
  const state = found.status ?? 'pending'
  return {
    id: found.id,
    kind: 'refund',
    state,
    currency: found.currency.toUpperCase(),
    amount: dollars(found),
    isWithdrawn: state !== 'failed' && state !== 'canceled',
    reason: found.failure_reason ?? found.reason ?? null,
    respondBy: null,
    createdAt: unixSeconds(found.created),
    requestId: found.metadata?.['refund_request'] ?? null,
  }
}

/** Parses a dispute. @throws BillingError as `parseAs` */
export function parseDispute(value: unknown): PaymentReturn {
  const found = parseAs(dispute, value, 'dispute')
  const dueBy = found.evidence_details?.due_by ?? null
  return {
    id: found.id,
    kind: 'dispute',
    state: found.status,
    currency: found.currency.toUpperCase(),
    amount: dollars(found),
    isWithdrawn: found.balance_transactions.reduce((sum, { amount }) => sum + amount, 0) < 0,
    reason: found.reason,
    respondBy: dueBy === null ? null : unixSeconds(dueBy),
    createdAt: unixSeconds(found.created),
    requestId: null,
  }
}

/** Parses an early fraud warning. @throws BillingError as `parseAs` */
export function parseWarning(value: unknown): PaymentReturn {
  const found = parseAs(warning, value, 'early fraud warning')
  return {
    id: found.id,
    kind: 'warning',
    state: found.actionable ? 'actionable' : 'not_actionable',
    currency: 'USD',
    amount: null,
    isWithdrawn: false,
    reason: found.fraud_type,
    respondBy: null,
    createdAt: unixSeconds(found.created),
    requestId: null,
  }
}

const ofPayment = z.object({ payment_intent: reference.nullish() })

/** The payment (intent) that a refund, dispute or warning names. @throws BillingError as `parseAs` */
export function parseReturnedPayment(value: unknown): string | null {
  return parseAs(ofPayment, value, 'payment of a refund, dispute or warning').payment_intent ?? null
}

function dollars({ amount, currency }: Readonly<{ amount: number; currency: string }>): Money | null {
  return currency === 'usd' ? usdFromCents(amount) : null
}
