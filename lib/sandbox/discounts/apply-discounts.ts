import { shareOf, type DiscountAmount } from '../subscriptions/prorate'

/** What a discount is worth. Exactly one of the two amounts is set. */
export type Worth = Readonly<{
  discount: string
  /** Hundredths of a percent. */
  percentOff: number | null
  /** Cents, off the whole invoice. */
  amountOff: number | null
  /** Product ids; null for all. */
  products: readonly string[] | null
}>

/** Something on sale, in cents: `part` of the `whole` seconds of a period that costs `fullAmount`. */
export type Priced = Readonly<{
  amount: number
  product: string
  fullAmount: number
  part: number
  whole: number
}>

/**
 * What each discount takes off each line, the discounts one after the other, each on what the earlier ones left. A
 * percentage is rounded line by line. A fixed amount is spread over the lines by what a whole period of each costs, each
 * share rounded down; the cents that are left go to the last of these lines. A line of part of a period gets that part of
 * its share.
 */
export function applyDiscounts(lines: readonly Priced[], worths: readonly Worth[]): DiscountAmount[][] {
  const left = lines.map((line) => line.amount)
  const taken: DiscountAmount[][] = lines.map(() => [])
  for (const worth of worths) {
    const applies = lines.map(
      (line) => line.amount > 0 && (worth.products === null || worth.products.includes(line.product)),
    )
    const offs = worth.percentOff === null ? fixed(lines, applies, worth) : percent(left, worth)
    offs.forEach((off, index) => {
      const amount = Math.min(off, left[index] ?? 0)
      if (!applies[index]) return
      left[index] = (left[index] ?? 0) - amount
      taken[index]?.push({ discount: worth.discount, amount })
    })
  }
  return taken
}

function percent(left: readonly number[], { percentOff }: Worth): number[] {
  return left.map((amount) => shareOf(amount, percentOff ?? 0, 10_000))
}

function fixed(lines: readonly Priced[], applies: readonly boolean[], { amountOff }: Worth): number[] {
  const bases = lines.map((line, index) => (applies[index] ? line.fullAmount : 0))
  const total = bases.reduce((sum, amount) => sum + amount, 0)
  const shares = spread(Math.min(amountOff ?? 0, total), bases)
  return lines.map(({ part, whole }, index) => shareOf(shares[index] ?? 0, part, whole))
}

/** Splits an amount by weights, losing no cent: what rounding down leaves goes to the last that has a weight. */
function spread(amount: number, weights: readonly number[]): number[] {
  const total = BigInt(weights.reduce((sum, weight) => sum + weight, 0))
  if (total === 0n) return weights.map(() => 0)
  const shares = weights.map((weight) => Number((BigInt(amount) * BigInt(weight)) / total))
  const rest = amount - shares.reduce((sum, share) => sum + share, 0)
  const last = weights.findLastIndex((weight) => weight > 0)
  return shares.map((share, index) => (index === last ? share + rest : share))
}
