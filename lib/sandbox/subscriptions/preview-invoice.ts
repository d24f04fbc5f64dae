import { ApiError, invalidParameter, missingResource, wrongState } from '../http/api-error'
import { choice, clearable, currency, flag, object, required, text, timestamp } from '../http/fields'
import type { Values } from '../http/parse-shape'
import { randomText } from '../ids'
import { balanceAfter, withLines } from '../invoices/invoice-lines'
import { requireCustomer } from '../resources/customers'
import type { Body, Row } from '../store/kinds'
import type { Unit } from '../store/unit'
import { DISCOUNTS } from '../discounts/redeem'
import { changeSubscription } from './change-subscription'
import { draftRenewal } from './draft-renewal'
import { billingMode } from './make-subscription'
import { isLive, periodEndOf } from './save-subscription'
import { startSubscription } from './start-subscription'
import { ANCHOR, BEHAVIOR, ITEMS } from './update-parameters'
import { checkProrationDate, discountsSent } from './update-subscription'
import { newItems, wantedItems } from './wanted-items'

export const BILLING_MODE = object({
  flexible: object({ proration_discounts: choice('included', 'itemized') }),
  type: required(choice('flexible')),
})

export const PREVIEW = {
  currency: currency(),
  customer: text(),
  discounts: clearable(DISCOUNTS),
  preview_mode: choice('next', 'recurring'),
  subscription: text(),
  subscription_details: object({
    billing_cycle_anchor: ANCHOR,
    billing_mode: BILLING_MODE,
    cancel_at_period_end: flag(),
    items: ITEMS,
    proration_behavior: BEHAVIOR,
    proration_date: timestamp(),
  }),
} as const

type PreviewParameters = Values<typeof PREVIEW>
type Draft = Body<'invoice'>

/** The invoice that something would make, or the next one. Nothing is kept. @throws ApiError 400 or 404. */
export async function previewInvoice(unit: Unit, params: PreviewParameters): Promise<Draft> {
  check(params)
  const row = await subscriptionOf(unit, params)
  const draft = row === null ? await previewStart(unit, params) : await previewChange(unit, row, params)
  const wanted = params.preview_mode === 'recurring' ? recurringPart(draft) : draft
  const id = `upcoming_in_${randomText(24)}`
  const preview: Draft = {
    ...wanted,
    id,
    auto_advance: false,
    automatically_finalizes_at: null,
    billing_reason: 'upcoming',
    ending_balance: balanceAfter(wanted),
    lines: {
      ...wanted.lines,
      data: wanted.lines.data.map((line) => ({ ...line, invoice: id })),
      url: `/v1/invoices/${id}/lines`,
    },
  }
  unit.forget()
  return preview
}

function check({ subscription, customer, subscription_details: details }: PreviewParameters): void {
  if (subscription === undefined && customer === undefined) {
    throw invalidParameter(
      'You must specify one of customer, subscription, or schedule.',
      'customer',
      'parameter_missing',
    )
  }
  if (details?.proration_date === undefined) return
  const param = 'subscription_details[proration_date]'
  if (subscription === undefined) {
    throw invalidParameter('Cannot specify proration date without specifying a subscription', param)
  }
  if (details.items === undefined) {
    throw invalidParameter('Cannot specify proration date without specifying subscription items', param)
  }
  if (details.proration_behavior === 'none') {
    throw invalidParameter("Cannot specify proration date when proration_behavior is 'none'", param)
  }
}

/** The subscription that is named, or the customer's next to renew; null where a new one is previewed. */
async function subscriptionOf(unit: Unit, params: PreviewParameters): Promise<Row<'subscription'> | null> {
  if (params.subscription !== undefined) {
    const row = await unit.row('subscription', params.subscription)
    if (row === null) throw missingResource('subscription', params.subscription, 'subscription')
    if (params.customer !== undefined && row.body.customer !== params.customer) {
      throw invalidParameter(
        `The subscription ${row.body.id} does not belong to the customer ${params.customer}.`,
        'subscription',
      )
    }
    return row
  }
  if (params.subscription_details?.items !== undefined) return null
  const found = await unit.list('subscription', { filters: { customer: params.customer }, limit: 100 })
  const [next] = found.filter(isLive).sort((a, b) => periodEndOf(a) - periodEndOf(b))
  if (next === undefined) throw noneUpcoming(params.customer ?? '')
  return unit.row('subscription', next.id)
}

const noneUpcoming = (customer: string): ApiError =>
  new ApiError(404, {
    type: 'invalid_request_error',
    code: 'invoice_upcoming_none',
    message: `No upcoming invoices for customer: ${customer}`,
  })

async function previewChange(
  unit: Unit,
  row: Row<'subscription'>,
  { discounts, subscription_details: details }: PreviewParameters,
): Promise<Draft> {
  const { body, hidden } = row
  if (!isLive(body)) throw noneUpcoming(body.customer)
  checkProrationDate(body, details?.proration_date, 'subscription_details[proration_date]')
  const ends = details?.cancel_at_period_end ?? body.cancel_at_period_end
  const changed = await changeSubscription(
    unit,
    { ...row, body: { ...body, cancel_at_period_end: ends, cancel_at: ends ? periodEndOf(body) : null } },
    {
      items:
        details?.items === undefined
          ? null
          : await wantedItems(unit, body, details.items, 'subscription_details[items]'),
      anchor: details?.billing_cycle_anchor?.type ?? 'unchanged',
      behavior: details?.proration_behavior ?? 'create_prorations',
      prorationDate: details?.proration_date ?? null,
      discounts: discountsSent(discounts),
      discountsParam: 'discounts',
    },
  )
  if (changed.invoice !== null) return changed.invoice
  const renewal = await draftRenewal(unit, {
    body: changed.body,
    hidden: { ...hidden, debits: changed.debits },
  })
  if (renewal.draft.lines.data.length === 0) throw noneUpcoming(body.customer)
  return details?.proration_date === undefined
    ? renewal.draft
    : withProrationDate(renewal.draft, details.proration_date)
}

function withProrationDate(draft: Draft, moment: number): Draft {
  const details = draft.parent?.subscription_details
  if (!draft.parent || !details) return draft
  return {
    ...draft,
    parent: {
      ...draft.parent,
      subscription_details: { ...details, subscription_proration_date: moment },
    },
  }
}

async function previewStart(unit: Unit, params: PreviewParameters): Promise<Draft> {
  const details = params.subscription_details
  const sent = details?.items ?? []
  if (sent.some(({ id, deleted }) => id !== undefined || deleted !== undefined)) {
    throw wrongState('A new subscription has no items yet to change.')
  }
  const { invoice } = await startSubscription(unit, {
    customer: await requireCustomer(unit, params.customer ?? '', 'customer'),
    items: await newItems(unit, sent),
    billingMode: billingMode(details?.billing_mode?.flexible?.proration_discounts, unit.now),
    defaultPaymentMethod: null,
    description: null,
    discounts: discountsSent(params.discounts) ?? [],
    discountsParam: 'discounts',
    metadata: {},
    pending: 'all',
    savesMethod: false,
  })
  return invoice
}

/** Without prorations and what else comes once. */
function recurringPart(draft: Draft): Draft {
  const recurs = draft.lines.data.filter(
    ({ parent }) => parent?.subscription_item_details?.proration === false,
  )
  return withLines({ ...draft, starting_balance: 0 }, recurs)
}
