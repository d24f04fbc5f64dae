import type { Instant } from '@/lib/kit/clock'
import { ZERO, type Money } from '@/lib/kit/money'
import type { InvoiceSnapshot } from '../ports/payment-provider'

/** Why an invoice is left to staff instead of being booked. */
export type QuarantineReason =
  'invoice_unknown' | 'livemode_differs' | 'not_paid_by_a_charge' | 'currency_differs' | 'customer_missing'

export type SettlementDecision =
  | Readonly<{
      kind: 'book'
      /** What a subscription's invoice paid is booked beside the wallet, never into it. */
      into: 'wallet' | 'subscriptions'
      customerId: string
      /** Zero only where a subscription's invoice left nothing to pay. */
      paid: Money
      paidAt: Instant
    }>
  /** Draft or open: there is nothing to book yet. */
  | Readonly<{ kind: 'not_paid' }>
  /** Void or uncollectible: there will never be anything to book. */
  | Readonly<{ kind: 'closed' }>
  | Readonly<{ kind: 'quarantine'; reason: QuarantineReason }>

/**
 * What an invoice, as just read from the provider, does to the books. Only what a charge paid, in dollars and in our
 * mode, may be booked; that it belongs to one of our orders is for the booking itself to compare.
 */
export function decideSettlement(invoice: InvoiceSnapshot | null, livemode: boolean): SettlementDecision {
  if (invoice === null) return { kind: 'quarantine', reason: 'invoice_unknown' }
  if (invoice.livemode !== livemode) return { kind: 'quarantine', reason: 'livemode_differs' }
  if (invoice.status === 'draft' || invoice.status === 'open') return { kind: 'not_paid' }
  if (invoice.status === 'void' || invoice.status === 'uncollectible') return { kind: 'closed' }
  if (invoice.currency.toLowerCase() !== 'usd') return { kind: 'quarantine', reason: 'currency_differs' }
  const { customerId, paidAt } = invoice
  const into = invoice.subscriptionId === null ? 'wallet' : 'subscriptions'
  const paid = into === 'subscriptions' && invoice.nothingDue ? ZERO : chargedOf(invoice)
  if (paid === null || paidAt === null) return { kind: 'quarantine', reason: 'not_paid_by_a_charge' }
  if (customerId === null) return { kind: 'quarantine', reason: 'customer_missing' }
  return { kind: 'book', into, customerId, paid, paidAt }
}

function chargedOf({ paidByCharge }: InvoiceSnapshot): Money | null {
  return paidByCharge !== null && paidByCharge.micros > 0n ? paidByCharge : null
}
