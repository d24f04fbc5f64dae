import type { OracleLine } from './oracle'
import type { Charge, Plan, Terms } from './plan-change'
import type { Debit } from './prorate'

/** A price of so many cents for so many months. */
export const termsOf = (unitAmount: number, months: number): Terms => ({
  price: `price_${unitAmount}_${months}`,
  product: 'prod_1',
  unitAmount,
  recurrence: { interval: 'month', count: months },
})

/** What was charged, as something that can be credited later. */
export const debitOf = (charge: Charge): Debit => ({
  billedAs: { kind: 'invoice_item', invoiceItem: 'ii_1' },
  price: charge.terms.price,
  product: charge.terms.product,
  unitAmount: charge.terms.unitAmount,
  quantity: charge.quantity,
  start: charge.period.start,
  end: charge.period.end,
  gross: charge.amount,
  discounts: charge.discounts,
  creditedFrom: charge.period.end,
  credited: { gross: 0, discounts: [] },
})

/** What a plan bills, credits first, as the oracle writes it. */
export const linesOf = (plan: Plan): OracleLine[] => [
  ...plan.credits.map(({ gross, discounts }) => ({
    gross: BigInt(-gross),
    off: discounts.map(({ amount }) => BigInt(-amount)),
  })),
  ...chargesOf(plan.charges),
]

export const chargesOf = (charges: readonly Charge[]): OracleLine[] =>
  charges.map(({ amount, discounts }) => ({
    gross: BigInt(amount),
    off: discounts.map((discount) => BigInt(discount.amount)),
  }))
