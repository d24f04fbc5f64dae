import { invalidParameter, missingResource, wrongState } from '../http/api-error'
import {
  choice,
  clearable,
  currency,
  flag,
  integer,
  listOf,
  metadata,
  object,
  range,
  required,
  text,
  timestamp,
} from '../http/fields'
import { listInside, listObjects, PAGE } from '../http/lists'
import { route } from '../http/routes'
import { addPendingItems } from '../invoices/invoice-items'
import { finalizeInvoice, markPaid } from '../invoices/finalize-invoice'
import { DRAFT_SECONDS, newInvoice, saveInvoice } from '../invoices/make-invoice'
import { payInvoice, voidInvoice } from '../invoices/pay-invoice'
import { requireChargeable } from '../payments/make-payment-method'
import { PREVIEW, previewInvoice } from '../subscriptions/preview-invoice'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { changedFields } from './changed-fields'
import { requireCustomer } from './customers'
import { merged } from './merge-metadata'

const EDITABLE = {
  auto_advance: flag(),
  custom_fields: clearable(
    listOf(object({ name: required(text({ max: 40 })), value: required(text({ max: 140 })) }), { max: 4 }),
  ),
  default_payment_method: clearable(text()),
  description: clearable(text({ max: 1500 })),
  footer: clearable(text()),
  metadata: metadata(),
}

export async function findInvoice(unit: Unit, id: string): Promise<Body<'invoice'>> {
  const row = await unit.row('invoice', id)
  if (row === null || row.deleted) throw missingResource('invoice', id, 'id')
  return row.body
}

function requireDraft(invoice: Body<'invoice'>, message: string): void {
  if (invoice.status !== 'draft') throw wrongState(message, 'invoice_not_editable')
}

async function checkMethod(unit: Unit, id: string | null | undefined, customer: string): Promise<void> {
  if (typeof id !== 'string') return
  const method = await requireChargeable(unit, id, customer)
  if (method.body.customer !== customer) {
    throw invalidParameter(
      `The customer does not have a payment method with the ID ${id}.`,
      'default_payment_method',
    )
  }
}

/** When a draft finalizes itself, after `wished` was said about it. */
function finalizesAt(unit: Unit, draft: Body<'invoice'>, wished: boolean | undefined): number | null {
  if (wished === undefined) return draft.automatically_finalizes_at
  return wished ? unit.now + DRAFT_SECONDS : null
}

export const invoiceRoutes = [
  route(
    'POST',
    '/v1/invoices',
    'invoice',
    {
      ...EDITABLE,
      collection_method: choice('charge_automatically', 'send_invoice'),
      currency: currency(),
      customer: required(text()),
      days_until_due: integer({ min: 0 }),
      due_date: timestamp(),
      pending_invoice_items_behavior: choice('exclude', 'include'),
    },
    async ({ unit, params }) => {
      const customer = await requireCustomer(unit, params.customer, 'customer')
      const method = params.collection_method ?? 'charge_automatically'
      if (method === 'charge_automatically' && (params.days_until_due ?? params.due_date) !== undefined) {
        throw invalidParameter(
          "You can only set a due date if invoice collection method is 'send_invoice'.",
          'due_date',
        )
      }
      if (method === 'send_invoice' && (params.days_until_due ?? params.due_date) === undefined) {
        throw invalidParameter(
          "With 'send_invoice' you must set due_date or days_until_due.",
          'days_until_due',
        )
      }
      await checkMethod(unit, params.default_payment_method, customer.id)
      const dueIn = params.days_until_due === undefined ? null : unit.now + params.days_until_due * 86_400
      const draft = newInvoice(unit, {
        customer,
        currency: params.currency ?? customer.currency ?? 'usd',
        auto_advance: params.auto_advance ?? false,
        collection_method: method,
        custom_fields: params.custom_fields ?? null,
        default_payment_method: params.default_payment_method ?? null,
        description: params.description ?? null,
        due_date: params.due_date ?? dueIn,
        footer: params.footer ?? null,
        metadata: merged({}, params.metadata),
      })
      const invoice = saveInvoice(
        unit,
        params.pending_invoice_items_behavior === 'include' ? await addPendingItems(unit, draft) : draft,
      )
      unit.emit('invoice.created', invoice)
      return invoice
    },
  ),

  route('POST', '/v1/invoices/create_preview', 'invoice', PREVIEW, ({ unit, params }) =>
    previewInvoice(unit, params),
  ),

  route('GET', '/v1/invoices/:id', 'invoice', {}, ({ unit, id }) => findInvoice(unit, id)),

  route('POST', '/v1/invoices/:id', 'invoice', EDITABLE, async ({ unit, id, params }) => {
    const before = await findInvoice(unit, id)
    const onlyMetadata = Object.entries(params).every(
      ([name, value]) => name === 'metadata' || value === undefined,
    )
    if (!onlyMetadata) requireDraft(before, 'This invoice is no longer editable.')
    await checkMethod(unit, params.default_payment_method, String(before.customer))
    const after = saveInvoice(unit, {
      ...before,
      auto_advance: params.auto_advance ?? before.auto_advance ?? false,
      automatically_finalizes_at: finalizesAt(unit, before, params.auto_advance),
      custom_fields: params.custom_fields === undefined ? before.custom_fields : params.custom_fields,
      default_payment_method:
        params.default_payment_method === undefined
          ? before.default_payment_method
          : params.default_payment_method,
      description: params.description === undefined ? before.description : params.description,
      footer: params.footer === undefined ? before.footer : params.footer,
      metadata: merged(before.metadata, params.metadata),
    })
    const previous = changedFields(before, after)
    if (previous !== null) unit.emit('invoice.updated', after, previous)
    return after
  }),

  route('DELETE', '/v1/invoices/:id', 'deleted', {}, async ({ unit, id }) => {
    const invoice = await findInvoice(unit, id)
    requireDraft(invoice, 'You can only delete draft invoices.')
    unit.save('invoice', invoice, { deleted: true, due: null })
    for (const item of await unit.list('invoiceitem', { filters: { invoice: id }, limit: 100 })) {
      unit.save('invoiceitem', item, { deleted: true })
    }
    unit.emit('invoice.deleted', invoice)
    return { id, object: 'invoice', deleted: true }
  }),

  route(
    'POST',
    '/v1/invoices/:id/finalize',
    'invoice',
    { auto_advance: flag() },
    async ({ unit, id, params, baseUrl }) => {
      const invoice = await findInvoice(unit, id)
      if (invoice.status !== 'draft')
        throw wrongState('This invoice is already finalized, you can’t re-finalize a non-draft invoice.')
      return finalizeInvoice(
        unit,
        { ...invoice, auto_advance: params.auto_advance ?? invoice.auto_advance ?? false },
        baseUrl,
      )
    },
  ),

  route(
    'POST',
    '/v1/invoices/:id/pay',
    'invoice',
    { forgive: flag(), off_session: flag(), paid_out_of_band: flag(), payment_method: text() },
    async ({ unit, id, params, baseUrl }) => {
      const found = await findInvoice(unit, id)
      if (found.status === 'paid') throw wrongState('Invoice is already paid', 'invoice_already_paid')
      if (found.status === 'void')
        throw wrongState('This invoice has been voided and can no longer be paid.', 'invoice_not_open')
      const invoice = found.status === 'draft' ? await finalizeInvoice(unit, found, baseUrl) : found
      if (invoice.status === 'paid') return invoice
      if (params.paid_out_of_band === true) {
        return markPaid(unit, { ...invoice, amount_paid_off_stripe: invoice.amount_due }, 0)
      }
      return payInvoice(unit, invoice, {
        paymentMethod: params.payment_method ?? null,
        offSession: params.off_session ?? true,
        baseUrl,
      })
    },
  ),

  route('POST', '/v1/invoices/:id/void', 'invoice', {}, async ({ unit, id }) => {
    const invoice = await findInvoice(unit, id)
    if (invoice.status !== 'open' && invoice.status !== 'uncollectible') {
      throw wrongState(`You can only pass in open invoices. This invoice isn't open.`, 'invoice_not_open')
    }
    return voidInvoice(unit, invoice)
  }),

  route('GET', '/v1/invoices/:id/lines', 'list:line_item', PAGE, async ({ unit, id, params }) =>
    listInside((await findInvoice(unit, id)).lines.data, params, `/v1/invoices/${id}/lines`),
  ),

  route(
    'GET',
    '/v1/invoices',
    'list:invoice',
    {
      ...PAGE,
      collection_method: choice('charge_automatically', 'send_invoice'),
      created: range(),
      customer: text(),
      subscription: text(),
      status: choice('draft', 'open', 'paid', 'uncollectible', 'void'),
    },
    ({ unit, params }) =>
      listObjects(unit, 'invoice', params, {
        filters: {
          customer: params.customer,
          'parent.subscription_details.subscription': params.subscription,
          status: params.status,
          collection_method: params.collection_method,
        },
        created: params.created,
        url: '/v1/invoices',
      }),
  ),
]
