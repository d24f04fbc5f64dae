import { z } from 'zod'
import type { CollectionAttempt, InvoiceSnapshot } from '@/lib/core/ports/payment-provider'
import { usdFromCents, type Money } from '@/lib/kit/money'
import { invoiceLine, sortLines, type IntervalOfPrice } from './invoice-lines'
import { parseAs } from './parse-as'
import { metadata, reference, unixSeconds } from './reference'

/** What the re-read of an invoice asks for besides the invoice itself. */
export const INVOICE_EXPANSIONS = ['payments.data.payment.payment_intent']

const paymentIntent = z.object({
  id: z.string(),
  status: z.string(),
  latest_charge: reference.nullish(),
  payment_method: reference.nullish(),
  last_payment_error: z.object({ code: z.string().nullish(), decline_code: z.string().nullish() }).nullish(),
})

const payment = z.object({
  status: z.string(),
  amount_paid: z.int().nullish(),
  currency: z.string(),
  payment: z.object({
    type: z.string(),
    charge: reference.optional(),
    payment_intent: z.union([z.string(), paymentIntent]).optional(),
  }),
})

const invoice = z.object({
  id: z.string(),
  status: z.enum(['draft', 'open', 'paid', 'uncollectible', 'void']),
  customer: reference.nullish(),
  livemode: z.boolean(),
  currency: z.string(),
  metadata,
  parent: z.object({ subscription_details: z.object({ subscription: reference }).nullish() }).nullish(),
  amount_due: z.int().nullish(),
  payments: z.object({ data: z.array(payment) }).optional(),
  lines: z.object({ data: z.array(invoiceLine), has_more: z.boolean().nullish() }).optional(),
  status_transitions: z.object({ paid_at: z.int().nullish() }).optional(),
  hosted_invoice_url: z.string().nullish(),
  invoice_pdf: z.string().nullish(),
})

type Payment = z.infer<typeof payment>
type PaymentIntent = z.infer<typeof paymentIntent>

const NO_INTERVALS: IntervalOfPrice = new Map()

/** @throws BillingError `payment_provider_unavailable` for an answer of another shape */
export function parseInvoice(value: unknown, intervals: IntervalOfPrice = NO_INTERVALS): InvoiceSnapshot {
  const found = parseAs(invoice, value, 'invoice')
  const charged = (found.payments?.data ?? []).filter(isPaidByCharge)
  const paidAt = found.status_transitions?.paid_at ?? null
  return {
    id: found.id,
    status: found.status,
    customerId: found.customer ?? null,
    livemode: found.livemode,
    currency: found.currency.toUpperCase(),
    subscriptionId: found.parent?.subscription_details?.subscription ?? null,
    paidByCharge: found.status === 'paid' ? sumPaid(charged, found.currency) : null,
    paidAt: paidAt === null ? null : unixSeconds(paidAt),
    paymentMethodId: charged.map(paymentMethodOf).find((id) => id !== null) ?? null,
    paymentIds: charged.flatMap(intentOf),
    orderId: found.metadata?.['order_id'] ?? null,
    hostedInvoiceUrl: found.hosted_invoice_url ?? null,
    invoicePdf: found.invoice_pdf ?? null,
    nothingDue: found.amount_due === 0,
    ...sortLines(found.lines?.data ?? [], intervals),
    attempt: found.status === 'open' ? attemptOf(found.payments?.data ?? []) : null,
  }
}

const AUTHENTICATION_REQUIRED = 'authentication_required'

/** What the intents of an open invoice tell of the last attempt: one that waits is seen before one that failed. */
function attemptOf(payments: readonly Payment[]): CollectionAttempt | null {
  const attempts = payments.map(({ payment }) =>
    typeof payment.payment_intent === 'object' ? attemptOfIntent(payment.payment_intent) : null,
  )
  return (
    attempts.find((attempt) => attempt?.kind === 'processing') ??
    attempts.find((attempt) => attempt?.kind === 'needs_customer') ??
    attempts.find((attempt) => attempt !== null) ??
    null
  )
}

function attemptOfIntent({ status, last_payment_error: error }: PaymentIntent): CollectionAttempt | null {
  if (status === 'processing') return { kind: 'processing' }
  if (status === 'requires_action') return { kind: 'needs_customer' }
  if (status !== 'requires_payment_method' || error == null) return null
  const { code, decline_code: declineCode } = error
  if (code === AUTHENTICATION_REQUIRED || declineCode === AUTHENTICATION_REQUIRED) {
    return { kind: 'needs_customer' }
  }
  return { kind: 'declined', code: code ?? 'card_declined', declineCode: declineCode ?? null }
}

const invoicePayments = z.object({ data: z.array(z.object({ invoice: reference })) })

/** The invoice in a list of the payments of one intent, null in an empty one. */
export function parseInvoiceOfPayment(value: unknown): string | null {
  return parseAs(invoicePayments, value, 'list of invoice payments').data[0]?.invoice ?? null
}

/** A payment record is money that was settled outside Stripe, and an intent without a charge moved none. */
function isPaidByCharge({ status, payment }: Payment): boolean {
  if (status !== 'paid') return false
  if (payment.type === 'charge') return payment.charge !== undefined
  if (payment.type !== 'payment_intent' || typeof payment.payment_intent !== 'object') return false
  return payment.payment_intent.status === 'succeeded' && payment.payment_intent.latest_charge != null
}

/** Null for nothing, and for any currency but ours: what cannot be booked is not given an amount. */
function sumPaid(payments: readonly Payment[], currency: string): Money | null {
  if (currency !== 'usd' || payments.some((item) => item.currency !== currency)) return null
  const cents = payments.reduce((sum, item) => sum + (item.amount_paid ?? 0), 0)
  return cents > 0 ? usdFromCents(cents) : null
}

function intentOf({ payment }: Payment): string[] {
  return typeof payment.payment_intent === 'object' ? [payment.payment_intent.id] : []
}

function paymentMethodOf({ payment }: Payment): string | null {
  return typeof payment.payment_intent === 'object' ? (payment.payment_intent.payment_method ?? null) : null
}
