import { invalidParameter, wrongState } from '../http/api-error'
import { saveInvoice } from '../invoices/make-invoice'
import { requireChargeable } from '../payments/make-payment-method'
import { changedFields } from '../resources/changed-fields'
import { merged } from '../resources/merge-metadata'
import type { Row } from '../store/kinds'
import type { Unit } from '../store/unit'
import { changeSubscription, type Changed, type WantedChange } from './change-subscription'
import { collectNow } from './collect-change'
import { INCOMPLETE_SECONDS, periodEndOf, saveSubscription, type Subscription } from './save-subscription'
import { checkUpdate, type CancelAt, type UpdateParameters } from './update-parameters'
import { wantedItems } from './wanted-items'

/** Carries an update out. @throws ApiError 400 where it is refused, 402 where it had to be paid and was not. */
export async function updateSubscriptionAsSent(
  unit: Unit,
  row: Row<'subscription'>,
  params: UpdateParameters,
  baseUrl: string,
): Promise<Subscription> {
  checkUpdate(params)
  checkState(row.body, params)
  const before = row.body
  const own = await ownFields(unit, before, params)
  const changed = await changeSubscription(
    unit,
    { ...row, body: own },
    await wantedChange(unit, before, params),
  )
  // Saved before it is paid, so that the payment finds its subscription.
  saveSubscription(unit, changed.body, { ...row.hidden, debits: changed.debits })
  if (changed.invoice !== null) await collect(unit, row, changed, params, baseUrl)
  const after = (await unit.row('subscription', before.id))?.body ?? changed.body
  const previous = changedFields(before, after)
  if (previous !== null) unit.emit('customer.subscription.updated', after, previous)
  return after
}

function checkState({ status }: Subscription, params: UpdateParameters): void {
  if (status === 'canceled' || status === 'incomplete_expired') {
    const allowed = ['cancellation_details', 'metadata']
    const refused = Object.entries(params).some(
      ([name, value]) => value !== undefined && !allowed.includes(name),
    )
    if (refused) {
      throw wrongState(
        'A canceled subscription can only update its cancellation_details and metadata.',
        'invalid_canceled_subscription_fields',
      )
    }
  }
  if (status === 'incomplete' && (params.items ?? params.billing_cycle_anchor) !== undefined) {
    throw wrongState('A subscription with the status incomplete cannot change its items.')
  }
}

/** What an update says about the subscription itself. */
async function ownFields(unit: Unit, body: Subscription, params: UpdateParameters): Promise<Subscription> {
  if (params.default_payment_method !== undefined) {
    await requireChargeable(unit, params.default_payment_method, body.customer)
  }
  const sent = params.cancellation_details
  const details = body.cancellation_details
  return {
    ...body,
    ...cancellation(body, params, unit.now),
    ...(sent === undefined
      ? {}
      : {
          cancellation_details: {
            comment: sent.comment === undefined ? (details?.comment ?? null) : sent.comment,
            feedback: sent.feedback === undefined ? (details?.feedback ?? null) : sent.feedback,
            feedback_option: null,
            reason: details?.reason ?? null,
          },
        }),
    default_payment_method: params.default_payment_method ?? body.default_payment_method,
    description: params.description === undefined ? body.description : params.description,
    metadata: merged(body.metadata, params.metadata),
  }
}

type Cancellation = Partial<
  Pick<Subscription, 'cancel_at' | 'cancel_at_period_end' | 'canceled_at' | 'cancellation_details'>
>

function cancellation(body: Subscription, params: UpdateParameters, now: number): Cancellation {
  const { cancel_at: at, cancel_at_period_end: atEnd } = params
  const details = body.cancellation_details ?? {
    comment: null,
    feedback: null,
    feedback_option: null,
    reason: null,
  }
  if (atEnd === true || (at !== undefined && at !== null)) {
    return {
      cancel_at: atEnd === true ? periodEndOf(body) : momentOf(body, at ?? 0),
      cancel_at_period_end: atEnd === true,
      canceled_at: now,
      cancellation_details: { ...details, reason: 'cancellation_requested' },
    }
  }
  if (atEnd === false || at === null) {
    return {
      cancel_at: null,
      cancel_at_period_end: false,
      canceled_at: null,
      cancellation_details: { ...details, reason: null },
    }
  }
  return {}
}

function momentOf(body: Subscription, at: CancelAt): number {
  const ends = body.items.data.map((item) => item.current_period_end)
  if (at === 'min_period_end') return Math.min(...ends)
  if (at === 'max_period_end') return Math.max(...ends)
  if (ends.includes(at)) return at
  throw invalidParameter('The local Stripe cancels at the end of a billing period only.', 'cancel_at')
}

async function wantedChange(unit: Unit, body: Subscription, params: UpdateParameters): Promise<WantedChange> {
  checkProrationDate(body, params.proration_date, 'proration_date')
  return {
    items: params.items === undefined ? null : await wantedItems(unit, body, params.items),
    anchor: params.billing_cycle_anchor?.type ?? 'unchanged',
    behavior: params.proration_behavior ?? 'create_prorations',
    prorationDate: params.proration_date ?? null,
    // Sent empty, a list leaves the discounts; an empty text clears them.
    discounts: discountsSent(params.discounts),
    discountsParam: 'discounts',
  }
}

/** Null leaves the discounts, an empty list clears them. */
export function discountsSent(sent: UpdateParameters['discounts']): WantedChange['discounts'] {
  if (sent === null) return []
  return sent === undefined || sent.length === 0 ? null : sent
}

/** @throws ApiError where the moment lies outside the current period. */
export function checkProrationDate(body: Subscription, moment: number | undefined, param: string): void {
  if (moment === undefined) return
  const inside = body.items.data.every(
    (item) => item.current_period_start <= moment && moment < item.current_period_end,
  )
  if (!inside) {
    throw invalidParameter(
      'Cannot specify proration date outside of current subscription period or current phase',
      param,
    )
  }
}

/** Has the change paid, and decides what becomes of it where it is not. */
async function collect(
  unit: Unit,
  row: Row<'subscription'>,
  { body, debits, invoice }: Changed,
  params: UpdateParameters,
  baseUrl: string,
): Promise<void> {
  if (invoice === null) return
  unit.emit('invoice.created', saveInvoice(unit, invoice))
  const behavior = params.payment_behavior ?? 'allow_incomplete'
  const offSession = params.off_session ?? false
  if ((await collectNow(unit, invoice, { behavior, offSession, baseUrl })) === 'paid') return
  if (behavior !== 'pending_if_incomplete') {
    saveSubscription(unit, { ...body, status: 'past_due' }, { ...row.hidden, debits })
    return
  }
  const waiting: Subscription = {
    ...row.body,
    latest_invoice: invoice.id,
    pending_update: {
      billing_cycle_anchor: params.billing_cycle_anchor?.type === 'now' ? body.billing_cycle_anchor : null,
      cancel_at_period_end: null,
      discount: null,
      discounts: null,
      expires_at: Math.min(unit.now + INCOMPLETE_SECONDS, periodEndOf(row.body)),
      metadata: null,
      subscription_items: body.items.data,
      trial_end: null,
      trial_from_plan: null,
    },
  }
  saveSubscription(unit, waiting, { ...row.hidden, pending: { invoice: invoice.id, after: body, debits } })
}
