/** What a discount takes off, in cents. */
export type DiscountAmount = Readonly<{ discount: string; amount: number }>

/** Where something billed can be found again. */
export type BilledAs =
  | Readonly<{ kind: 'line'; invoice: string; line: string }>
  /** Pending when it was made; by now it may be on an invoice. */
  | Readonly<{ kind: 'invoice_item'; invoiceItem: string }>

/**
 * An amount that was billed for a subscription item over a span of time. Credits are measured on it, not on the
 * price: that is the rule of flexible billing mode.
 */
export type Debit = Readonly<{
  billedAs: BilledAs
  price: string
  product: string
  unitAmount: number
  quantity: number
  start: number
  end: number
  /** Cents before discounts, and what each discount took off. */
  gross: number
  discounts: readonly DiscountAmount[]
  /** From here on it has been credited; `end` while it has not. */
  creditedFrom: number
  /** How much of it has been credited, in cents. */
  credited: Readonly<{ gross: number; discounts: readonly DiscountAmount[] }>
}>

export type Credit = Readonly<{
  debit: Debit
  start: number
  end: number
  gross: number
  discounts: readonly DiscountAmount[]
}>

/** `amount` × `part` ÷ `whole`, to the nearest cent, halves away from zero. `whole` must be positive. */
export function shareOf(amount: number, part: number, whole: number): number {
  const doubled = 2n * BigInt(amount) * BigInt(part)
  const size = doubled < 0n ? -doubled : doubled
  const rounded = (size + BigInt(whole)) / (2n * BigInt(whole))
  return Number(doubled < 0n ? -rounded : rounded)
}

/**
 * Gives back the time from `moment` on: each debit that reaches beyond it is credited by the time left of it, as a
 * part of the span it was billed for. However often a debit is credited, never more than all of it comes back.
 */
export function creditFrom(
  debits: readonly Debit[],
  moment: number,
): Readonly<{ credits: readonly Credit[]; debits: readonly Debit[] }> {
  const credits: Credit[] = []
  const after = debits.map((debit) => {
    const start = Math.max(moment, debit.start)
    if (start >= debit.creditedFrom) return debit
    const part = debit.creditedFrom - start
    const whole = debit.end - debit.start
    const gross = Math.min(shareOf(debit.gross, part, whole), debit.gross - debit.credited.gross)
    const discounts = debit.discounts.map(({ discount, amount }) => {
      const before = debit.credited.discounts.find((credited) => credited.discount === discount)?.amount ?? 0
      return { discount, amount: Math.min(shareOf(amount, part, whole), amount - before) }
    })
    credits.push({ debit, start, end: debit.creditedFrom, gross, discounts })
    return {
      ...debit,
      creditedFrom: start,
      credited: {
        gross: debit.credited.gross + gross,
        discounts: debit.discounts.map(({ discount }, index) => ({
          discount,
          amount: (debit.credited.discounts[index]?.amount ?? 0) + (discounts[index]?.amount ?? 0),
        })),
      },
    }
  })
  return { credits, debits: after }
}

export const sumOf = (amounts: readonly DiscountAmount[]): number =>
  amounts.reduce((sum, { amount }) => sum + amount, 0)
