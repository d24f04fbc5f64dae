import { invalidParameter, missingResource, wrongState } from '../http/api-error'
import { currency, flag, integer, metadata, object, required, text } from '../http/fields'
import { listObjects, PAGE } from '../http/lists'
import { route } from '../http/routes'
import { newId } from '../ids'
import { lineOf } from '../invoices/invoice-items'
import { amountOf, PRICE_DATA } from '../invoices/item-amount'
import { withLines } from '../invoices/invoice-lines'
import { saveInvoice } from '../invoices/make-invoice'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { isLive } from '../subscriptions/save-subscription'
import { requireCustomer } from './customers'
import { findInvoice } from './invoices'
import { merged } from './merge-metadata'

async function findItem(unit: Unit, id: string): Promise<Body<'invoiceitem'>> {
  const row = await unit.row('invoiceitem', id)
  if (row === null || row.deleted) throw missingResource('invoiceitem', id, 'id')
  return row.body
}

/** @throws ApiError where the customer has no such subscription, or it has ended. */
async function requireLive(unit: Unit, id: string, customer: string): Promise<void> {
  const row = await unit.row('subscription', id)
  if (row === null || row.body.customer !== customer || !isLive(row.body)) {
    throw missingResource('subscription', id, 'subscription')
  }
}

export const invoiceItemRoutes = [
  route(
    'POST',
    '/v1/invoiceitems',
    'invoiceitem',
    {
      amount: integer(),
      currency: currency(),
      customer: required(text()),
      description: text({ max: 5000 }),
      discountable: flag(),
      invoice: text(),
      metadata: metadata(),
      price_data: PRICE_DATA,
      pricing: object({ price: text() }),
      quantity: integer({ min: 0 }),
      subscription: text(),
    },
    async ({ unit, params }) => {
      const customer = await requireCustomer(unit, params.customer, 'customer')
      const invoice = params.invoice === undefined ? null : await findInvoice(unit, params.invoice)
      if (invoice !== null && invoice.status !== 'draft') {
        throw wrongState('This invoice is no longer editable.', 'invoice_not_editable')
      }
      if (invoice !== null && invoice.customer !== customer.id) {
        throw invalidParameter(`The invoice ${invoice.id} belongs to another customer.`, 'invoice')
      }
      const subscription = params.subscription
      if (subscription !== undefined) await requireLive(unit, subscription, customer.id)
      const amount = await amountOf(unit, params, customer)
      if (invoice !== null && invoice.currency !== amount.currency) {
        throw invalidParameter(
          `The currency of the invoice item (${amount.currency}) does not match that of the invoice (${invoice.currency}).`,
          'currency',
        )
      }
      const item: Body<'invoiceitem'> = {
        id: newId('ii'),
        object: 'invoiceitem',
        ...amount,
        customer: customer.id,
        customer_account: null,
        date: unit.now,
        discountable: params.discountable ?? true,
        discounts: [],
        invoice: invoice?.id ?? null,
        livemode: false,
        metadata: merged({}, params.metadata),
        parent:
          subscription === undefined
            ? null
            : { subscription_details: { subscription }, type: 'subscription_details' },
        period: { start: unit.now, end: unit.now },
        proration: false,
        quantity_decimal: String(amount.quantity),
        tax_rates: [],
        test_clock: customer.test_clock ?? null,
      }
      unit.save('invoiceitem', item)
      unit.emit('invoiceitem.created', item)
      if (invoice !== null) {
        saveInvoice(unit, withLines(invoice, [...invoice.lines.data, lineOf(item, invoice.id)]))
      }
      return item
    },
  ),

  route('GET', '/v1/invoiceitems/:id', 'invoiceitem', {}, ({ unit, id }) => findItem(unit, id)),

  route('DELETE', '/v1/invoiceitems/:id', 'deleted', {}, async ({ unit, id }) => {
    const item = await findItem(unit, id)
    if (typeof item.invoice === 'string') {
      const invoice = await findInvoice(unit, item.invoice)
      if (invoice.status !== 'draft')
        throw wrongState('This invoice is no longer editable.', 'invoice_not_editable')
      const lines = invoice.lines.data.filter(
        (line) => line.parent?.invoice_item_details?.invoice_item !== id,
      )
      saveInvoice(unit, withLines(invoice, lines))
    }
    unit.save('invoiceitem', item, { deleted: true })
    unit.emit('invoiceitem.deleted', item)
    return { id, object: 'invoiceitem', deleted: true }
  }),

  route(
    'GET',
    '/v1/invoiceitems',
    'list:invoiceitem',
    { ...PAGE, customer: text(), invoice: text() },
    ({ unit, params }) =>
      listObjects(unit, 'invoiceitem', params, {
        filters: { customer: params.customer, invoice: params.invoice },
        url: '/v1/invoiceitems',
      }),
  ),
]
