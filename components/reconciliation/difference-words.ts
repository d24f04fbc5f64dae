import type { Difference } from '@/lib/core/reconciliation/get-reconciliation'

export const KINDS: Readonly<Record<Difference['kind'], string>> = {
  missing_in_books: 'Not in the books',
  missing_at_provider: 'Not at Stripe',
  amount_differs: 'Amounts differ',
  state_differs: 'Stands differently',
  not_ours: 'Nothing of ours',
  unreadable: 'Not understood',
}

export const OBJECTS: Readonly<Record<Difference['object'], string>> = {
  invoice: 'Payment',
  refund: 'Refund',
  dispute: 'Dispute',
  warning: 'Fraud warning',
}

export const RESOLUTIONS: Readonly<Record<NonNullable<Difference['resolution']>, string>> = {
  repaired: 'Put right',
  agrees: 'Agrees by itself',
  accepted: 'Accepted',
}

const REASONS: Readonly<Record<string, string>> = {
  order_unknown: 'No order of ours asked for it',
  order_paid_by_another_invoice: 'Its order was paid by another invoice',
  customer_unknown: 'Its customer is none of ours',
  customer_differs: 'Its customer is not the order’s',
  currency_differs: 'It is not in dollars',
  livemode_differs: 'It is of the other mode',
  amount_differs: 'It is not over what the order was due',
  reversed: 'It was booked, and the deposit was reversed since',
  no_invoice: 'It is of a payment without an invoice',
  not_paid_by_a_charge: 'No charge paid it',
}

/** Why a difference could not be put right, in words where there are some. */
export function reasonWords(reason: string): string {
  return REASONS[reason] ?? reason
}
