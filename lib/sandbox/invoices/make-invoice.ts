import { newId } from '../ids'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'

type NewInvoice = Readonly<{ customer: Body<'customer'>; currency: string }> &
  Partial<
    Pick<
      Body<'invoice'>,
      | 'auto_advance'
      | 'billing_reason'
      | 'collection_method'
      | 'custom_fields'
      | 'default_payment_method'
      | 'description'
      | 'due_date'
      | 'footer'
      | 'metadata'
      | 'parent'
      | 'period_start'
      | 'starting_balance'
    >
  >

/** How long a draft waits before Stripe finalizes it by itself, in seconds. */
export const DRAFT_SECONDS = 3600

/** What every draft starts with, and what no invoice here has: tax, shipping. */
const EMPTY = {
  object: 'invoice',
  account_country: 'US',
  account_name: 'Talktime',
  account_tax_ids: null,
  amount_due: 0,
  amount_overpaid: 0,
  amount_paid: 0,
  amount_remaining: 0,
  amount_shipping: 0,
  application: null,
  attempt_count: 0,
  attempted: false,
  auto_advance: false,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
  billing_reason: 'manual',
  collection_method: 'charge_automatically',
  custom_fields: null,
  customer_account: null,
  customer_shipping: null,
  customer_tax_exempt: 'none',
  customer_tax_ids: [],
  default_payment_method: null,
  default_source: null,
  default_tax_rates: [],
  description: null,
  discounts: [],
  due_date: null,
  effective_at: null,
  ending_balance: null,
  footer: null,
  from_invoice: null,
  hosted_invoice_url: null,
  invoice_pdf: null,
  issuer: { type: 'self' },
  last_finalization_error: null,
  latest_revision: null,
  livemode: false,
  metadata: {},
  next_payment_attempt: null,
  number: null,
  on_behalf_of: null,
  parent: null,
  payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
  post_payment_credit_notes_amount: 0,
  pre_payment_credit_notes_amount: 0,
  receipt_number: null,
  rendering: null,
  shipping_cost: null,
  shipping_details: null,
  starting_balance: 0,
  statement_descriptor: null,
  status: 'draft',
  status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
  subtotal: 0,
  subtotal_excluding_tax: 0,
  total: 0,
  total_discount_amounts: [],
  total_excluding_tax: 0,
  total_pretax_credit_amounts: [],
  total_taxes: [],
  webhooks_delivered_at: null,
} satisfies Partial<Body<'invoice'>>

/** An empty draft. It is not saved and says nothing yet: see `saveInvoice`. */
export function newInvoice(unit: Unit, { customer, currency, ...fields }: NewInvoice): Body<'invoice'> {
  const id = newId('in')
  return {
    ...EMPTY,
    id,
    automatically_finalizes_at: fields.auto_advance === true ? unit.now + DRAFT_SECONDS : null,
    created: unit.now,
    currency,
    customer: customer.id,
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    lines: { object: 'list', url: `/v1/invoices/${id}/lines`, has_more: false, data: [] },
    period_end: unit.now,
    period_start: unit.now,
    starting_balance: customer.balance,
    test_clock: customer.test_clock ?? null,
    ...fields,
  }
}

/** Keeps an invoice; an auto-advancing draft moves on by itself at its hour, an open one when it is tried again. */
export function saveInvoice(unit: Unit, invoice: Body<'invoice'>): Body<'invoice'> {
  return unit.save('invoice', invoice, { due: dueOf(invoice) })
}

function dueOf(invoice: Body<'invoice'>): number | null {
  if (invoice.auto_advance !== true) return null
  if (invoice.status === 'draft') return invoice.automatically_finalizes_at
  return invoice.status === 'open' ? invoice.next_payment_attempt : null
}
