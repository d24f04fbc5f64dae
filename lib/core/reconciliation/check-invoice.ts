import { invariant } from '@/lib/kit/assert'
import { BillingError } from '@/lib/kit/errors'
import type { Money } from '@/lib/kit/money'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import type { InvoiceSnapshot, PaidInvoice } from '../ports/payment-provider'
import { settleInvoice } from '../top-ups/settle-top-up'
import { NOT_OURS, type Checked } from './checked'
import { decideDifference, type DifferenceKind } from './decide-difference'
import { noteAgreement, noteDifference } from './note-difference'
import { readBookedInvoices, type BookedInvoice } from './read-booked-invoices'

/**
 * Compares one invoice, as the provider has it now, with the books. One that is paid and not booked is booked, as its event
 * would have; whatever else differs is written down for staff.
 * @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function checkInvoice(
  ctx: Context,
  { id, accountId }: Readonly<{ id: string; accountId: bigint | null }>,
): Promise<Checked> {
  requireSystem(ctx.actor)
  const read = await readInvoice(ctx, id)
  if (read.kind === 'unreadable') return differ(ctx, { id, accountId }, read)
  const before = await compare(ctx, read.invoice, { id, accountId })
  if (before.kind === null) return agree(ctx, id, false)
  await differ(ctx, before.booked, { ...before, kind: before.kind, reason: null })
  if (before.kind !== 'missing_in_books') return before.kind === 'not_ours' ? 'not_ours' : 'differs'

  const settlement = await settleInvoice(ctx, id, read.invoice, before.booked.waitingEventIds)
  const after = await compare(ctx, read.invoice, { id, accountId })
  if (after.kind === null) return agree(ctx, id, true)
  const reason = settlement.kind === 'quarantined' ? settlement.reason : BOOKED_AND_REVERSED
  const kind = NOT_OURS.has(reason) ? 'not_ours' : after.kind
  await differ(ctx, after.booked, { ...after, kind, reason })
  return kind === 'not_ours' ? 'not_ours' : 'differs'
}

/** It says that it is booked, and the books have nothing of it any more. */
const BOOKED_AND_REVERSED = 'reversed'

type Reading =
  | Readonly<{ kind: 'read'; invoice: InvoiceSnapshot | null }>
  | Readonly<{ kind: 'unreadable'; atProvider: null; inBooks: null; reason: string | null }>

/** One answer that makes no sense must not keep the others from being looked at. */
async function readInvoice(ctx: Context, id: string): Promise<Reading> {
  try {
    return { kind: 'read', invoice: await ctx.payments.invoice(id) }
  } catch (error) {
    if (!(error instanceof BillingError) || error.remedy !== 'staff') throw error
    return { kind: 'unreadable', atProvider: null, inBooks: null, reason: error.internal ?? error.code }
  }
}

type Comparison = Readonly<{
  kind: DifferenceKind | null
  atProvider: PaidInvoice['paid']
  inBooks: Money | null
  booked: BookedInvoice
}>

async function compare(
  ctx: Context,
  invoice: InvoiceSnapshot | null,
  known: Readonly<{ id: string; accountId: bigint | null }>,
): Promise<Comparison> {
  const { customerId = null, subscriptionId = null, orderId = null } = invoice ?? {}
  const [booked] = await readBookedInvoices(ctx.db, [{ ...known, customerId, subscriptionId, orderId }])
  invariant(booked?.id === known.id, 'the books answer for the invoice asked for')
  const atProvider = paidAtProvider(invoice)
  const isOurs = booked.accountId !== null
  return {
    kind: decideDifference({ atProvider, inBooks: booked.paid, isOurs }),
    atProvider,
    inBooks: booked.paid,
    booked,
  }
}

function paidAtProvider(invoice: InvoiceSnapshot | null): PaidInvoice['paid'] {
  if (invoice?.status !== 'paid' || invoice.nothingDue) return null
  return invoice.currency === 'USD' ? invoice.paidByCharge : 'not_in_dollars'
}

async function agree(ctx: Context, objectId: string, isRepaired: boolean): Promise<Checked> {
  await noteAgreement(ctx, 'invoice', { objectId, isRepaired })
  if (isRepaired) ctx.log.warn({ invoiceId: objectId }, 'a payment that was missing in the books is booked')
  return isRepaired ? 'repaired' : 'agrees'
}

type Difference = Readonly<{
  kind: DifferenceKind
  atProvider: PaidInvoice['paid']
  inBooks: Money | null
  reason: string | null
}>

async function differ(
  ctx: Context,
  { id, accountId }: Readonly<{ id: string; accountId: bigint | null }>,
  { kind, atProvider, inBooks, reason }: Difference,
): Promise<Checked> {
  await noteDifference(ctx, {
    object: 'invoice',
    objectId: id,
    accountId,
    kind,
    atProvider: atProvider === 'not_in_dollars' ? null : atProvider,
    inBooks,
    reason: atProvider === 'not_in_dollars' ? 'currency_differs' : reason,
  })
  return 'differs'
}
