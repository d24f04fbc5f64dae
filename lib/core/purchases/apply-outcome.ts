import { invariant } from '@/lib/kit/assert'
import { requireSystemOr } from '../actor'
import type { Context } from '../context'
import type { ChargeOutcome, InvoiceSnapshot } from '../ports/payment-provider'
import { settleInvoice } from '../top-ups/settle-top-up'
import { failPurchase } from './fail-purchase'
import type { PurchaseResult } from './read-purchase'
import { FAILURES } from './refusal-of-purchase'
import { sendConfirmationLink } from './send-confirmation-link'

/** A purchase, as far as settling needs it. */
type Charged = Readonly<{ purchaseId: string; accountId: bigint }>

/**
 * Writes down what the provider said of a charge. A purchase fails only after its invoice was closed, so that nobody can
 * pay it afterwards. @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function applyOutcome(
  ctx: Context,
  purchase: Charged,
  outcome: ChargeOutcome,
): Promise<PurchaseResult> {
  requireSystemOr(ctx.actor, 'billing:write')
  switch (outcome.kind) {
    case 'paid':
      return settlePaid(ctx, purchase, outcome.invoice)
    case 'needs_customer':
      return sendConfirmationLink(ctx, purchase, outcome.invoiceId)
    case 'declined':
      return closeAndFail(ctx, purchase, outcome.invoiceId, outcome)
    case 'refused': {
      const codes = {
        method_gone: FAILURES.methodNotFound,
        amount_differs: FAILURES.amountDiffers,
        closed: FAILURES.closed,
      }
      return closeAndFail(ctx, purchase, outcome.invoiceId, {
        code: codes[outcome.reason],
        declineCode: null,
      })
    }
  }
}

/** `invoiceId` null: there is no invoice to be closed. One that turns out paid is booked instead. */
export async function closeAndFail(
  ctx: Context,
  purchase: Charged,
  invoiceId: string | null,
  failure: Readonly<{ code: string; declineCode: string | null }>,
): Promise<PurchaseResult> {
  requireSystemOr(ctx.actor, 'billing:write')
  if (invoiceId !== null && (await ctx.payments.closeInvoice(invoiceId)) === 'paid') {
    return settlePaid(ctx, purchase, await ctx.payments.invoice(invoiceId))
  }
  return failPurchase(ctx, purchase.purchaseId, { ...failure, attempt: null, freesKey: false })
}

async function settlePaid(
  ctx: Context,
  { purchaseId }: Charged,
  invoice: InvoiceSnapshot | null,
): Promise<PurchaseResult> {
  invariant(invoice !== null, 'an invoice that was paid can be read')
  const settlement = await settleInvoice(ctx, invoice.id, invoice, [])
  if (settlement.kind !== 'booked') {
    const reason = settlement.kind === 'quarantined' ? settlement.reason : settlement.kind
    throw new Error(`The purchase ${purchaseId} is paid by ${invoice.id} and cannot be booked: ${reason}.`)
  }
  const { postingId, balance } = settlement
  const amount = invoice.paidByCharge
  invariant(
    postingId !== null && balance !== null && amount !== null,
    'a purchase is a deposit in the wallet',
  )
  return { purchaseId, state: 'succeeded', amount, balance, postingId }
}
