import { missingResource } from '../http/api-error'
import { finalizeInvoice } from '../invoices/finalize-invoice'
import { pendingItems, subscriptionOf } from '../invoices/invoice-items'
import { saveInvoice } from '../invoices/make-invoice'
import { requireCustomer } from '../resources/customers'
import type { Body, Row } from '../store/kinds'
import type { Unit } from '../store/unit'
import { billProrations } from './bill-plan'
import { endSubscription } from './end-subscription'
import { draftInvoice } from './invoice-subscription'
import { planChange } from './plan-change'
import { readPlan } from './read-plan'
import type { Subscription } from './save-subscription'

type Cancel = Readonly<{
  cancellation_details:
    | Readonly<{
        comment: string | null | undefined
        feedback: NonNullable<Subscription['cancellation_details']>['feedback'] | undefined
      }>
    | undefined
  invoice_now: boolean | undefined
  prorate: boolean | undefined
}>

/** Cancels at once. @throws ApiError 404 where it has ended already. */
export async function cancelNow(
  unit: Unit,
  row: Row<'subscription'>,
  params: Cancel,
  baseUrl: string,
): Promise<Subscription> {
  const { body } = row
  if (body.status === 'canceled' || body.status === 'incomplete_expired') {
    throw missingResource('subscription', body.id, 'id')
  }
  const customer = await requireCustomer(unit, body.customer, 'customer')
  if (params.prorate === true) await creditAll(unit, row, customer)
  const sent = params.cancellation_details
  const details: Subscription = {
    ...body,
    cancellation_details: {
      comment: sent?.comment ?? body.cancellation_details?.comment ?? null,
      feedback: sent?.feedback ?? body.cancellation_details?.feedback ?? null,
      feedback_option: null,
      reason: 'cancellation_requested',
    },
  }
  const ended = await endSubscription(
    unit,
    { ...row, body: details },
    { reason: 'cancellation_requested', requestedAt: unit.now },
  )
  if (params.invoice_now === true) return invoiceLast(unit, row, ended, customer, baseUrl)
  if (params.prorate !== true) await dropPending(unit, ended, customer)
  return ended
}

async function creditAll(unit: Unit, row: Row<'subscription'>, customer: Body<'customer'>): Promise<void> {
  const plan = planChange(readPlan(row), row.body.billing_cycle_anchor, {
    wanted: [],
    anchor: 'unchanged',
    prorate: true,
    prorationDate: unit.now,
    now: unit.now,
    worths: [],
  })
  await billProrations({ unit, subscription: row.body, customer }, plan)
}

async function invoiceLast(
  unit: Unit,
  row: Row<'subscription'>,
  ended: Subscription,
  customer: Body<'customer'>,
  baseUrl: string,
): Promise<Subscription> {
  const { draft } = await draftInvoice(unit, {
    subscription: ended,
    customer,
    reason: 'subscription_update',
    charges: [],
    prices: new Map(),
    pending: 'own',
    prorationDate: null,
    periodStart: Math.min(...ended.items.data.map((item) => item.current_period_start)),
  })
  if (draft.lines.data.length === 0) return ended
  const after = unit.save(
    'subscription',
    { ...ended, latest_invoice: draft.id },
    { hidden: row.hidden, due: null },
  )
  unit.emit('invoice.created', saveInvoice(unit, draft))
  await finalizeInvoice(unit, { ...draft, auto_advance: true }, baseUrl)
  return after
}

/** Pending prorations of a subscription that ended go with it. */
async function dropPending(unit: Unit, ended: Subscription, customer: Body<'customer'>): Promise<void> {
  for (const item of await pendingItems(unit, customer.id, ended.currency)) {
    if (!item.proration || subscriptionOf(item) !== ended.id) continue
    unit.save('invoiceitem', item, { deleted: true })
    unit.emit('invoiceitem.deleted', item)
  }
}
