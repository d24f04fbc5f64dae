import { newId } from '../ids'
import type { Body } from '../store/kinds'
import type { DiscountAmount } from '../subscriptions/prorate'

export type InvoiceLine = Body<'invoice'>['lines']['data'][number]

/** Below this, in cents, Stripe does not charge a card: the amount waits on the customer's balance. */
const CHARGE_MIN = 50

/** The invoice with these lines and the sums that follow from them, in cents. */
export function withLines(invoice: Body<'invoice'>, lines: InvoiceLine[]): Body<'invoice'> {
  const subtotal = lines.reduce((sum, line) => sum + line.amount, 0)
  const discounts = totals(lines)
  const total = subtotal - discounts.reduce((sum, { amount }) => sum + amount, 0)
  return withBalance(
    {
      ...invoice,
      lines: { ...invoice.lines, data: lines },
      discounts: discounts.map(({ discount }) => discount),
      subtotal,
      subtotal_excluding_tax: subtotal,
      total,
      total_discount_amounts: discounts,
      total_excluding_tax: total,
      total_pretax_credit_amounts: pretaxCredits(discounts),
    },
    invoice.starting_balance,
  )
}

/** What is due once the customer's balance is counted: below zero is credit, above zero is owed from before. */
export function withBalance(invoice: Body<'invoice'>, startingBalance: number): Body<'invoice'> {
  const owed = Math.max(0, invoice.total + startingBalance)
  const due = owed < CHARGE_MIN ? 0 : owed
  return {
    ...invoice,
    starting_balance: startingBalance,
    amount_due: due,
    amount_remaining: due - invoice.amount_paid,
  }
}

/** The balance the customer is left with. */
export const balanceAfter = ({ starting_balance: before, total, amount_due: due }: Body<'invoice'>): number =>
  before + total - due

type Discounted = { amount: number; discount: string }

/** What each discount takes off the whole invoice. */
function totals(lines: readonly InvoiceLine[]): Discounted[] {
  const sums = new Map<string, number>()
  for (const { discount, amount } of lines.flatMap((line) => line.discount_amounts ?? [])) {
    sums.set(discount, (sums.get(discount) ?? 0) + amount)
  }
  return [...sums].map(([discount, amount]) => ({ amount, discount }))
}

const pretaxCredits = (
  discounts: readonly DiscountAmount[],
): { amount: number; discount: string; type: 'discount' }[] =>
  discounts.map(({ discount, amount }) => ({ amount, discount, type: 'discount' }))

type NewLine = Readonly<{
  invoice: string
  /** Cents, before discounts that are shown apart. */
  amount: number
  currency: string
  description: string | null
  quantity: number
  metadata: Readonly<Record<string, string>>
  /** Null for a line that Checkout made. */
  parent: InvoiceLine['parent']
  price: Readonly<{ id: string; product: string }> | null
  period: Readonly<{ start: number; end: number }>
  subscription?: string | null
  discountable?: boolean
  discounts?: readonly DiscountAmount[]
}>

export function newLine(line: NewLine): InvoiceLine {
  const discounts = (line.discounts ?? []).map(({ discount, amount }) => ({ amount, discount }))
  return {
    id: newId('il'),
    object: 'line_item',
    amount: line.amount,
    currency: line.currency,
    description: line.description,
    discount_amounts: discounts,
    discountable: line.discountable ?? true,
    discounts: discounts.map(({ discount }) => discount),
    invoice: line.invoice,
    livemode: false,
    metadata: { ...line.metadata },
    parent: line.parent,
    period: { ...line.period },
    pretax_credit_amounts: pretaxCredits(discounts),
    pricing:
      line.price === null
        ? null
        : {
            price_details: { price: line.price.id, product: line.price.product },
            type: 'price_details',
            unit_amount_decimal: unitAmount(line.amount, line.quantity),
          },
    quantity: line.quantity,
    quantity_decimal: String(line.quantity),
    subscription: line.subscription ?? null,
    subtotal: line.amount,
    taxes: [],
  }
}

/** Cents a unit, with at most twelve decimals. */
export function unitAmount(amount: number, quantity: number): string {
  return quantity === 0 ? '0' : String(Number((amount / quantity).toFixed(12)))
}
