/**
 * What subscriptions cost, worked out a second time from the rules alone, to hold the implementation against. It
 * shares no code with it: money is exact fractions until the one rounding that the rules name, and dates are counted
 * day by day.
 *
 * The rules, as Stripe documents them (docs.stripe.com/billing/subscriptions/prorations, …/billing-mode/compare and
 * …/billing-cycle); where Stripe does not say, the README lists what is assumed:
 *  1. A period lasts from the anchor to the same day and second of a later month, or that month's last day.
 *  2. Unused time is credited by what was debited for it, in proportion to the seconds of that debit left.
 *  3. Remaining time is debited at the price, in proportion to the seconds of the period left.
 *  4. Discounts in force reduce a debit in the same proportion; a credit gives back what the discount left of it.
 *  5. What an invoice comes to is settled with the customer's balance first; less than 50 cents waits on it.
 *  6. Each amount is rounded to the nearest cent, half a cent away from zero; no debit is credited beyond itself.
 */
type Fraction = Readonly<{ n: bigint; d: bigint }>

const times = (amount: bigint, part: number, whole: number): Fraction => ({
  n: amount * BigInt(part),
  d: BigInt(whole),
})

/** The nearest cent of an amount that is not negative. */
function nearest({ n, d }: Fraction): bigint {
  const down = n / d
  return 2n * (n - down * d) >= d ? down + 1n : down
}

export type OracleDiscount = Readonly<
  { kind: 'percent'; hundredths: bigint } | { kind: 'amount'; cents: bigint }
>

type Paid = {
  /** The span it was billed for, and from where on it has been given back. */
  readonly from: number
  readonly to: number
  returnedFrom: number
  readonly gross: bigint
  readonly off: readonly bigint[]
  grossReturned: bigint
  readonly offReturned: bigint[]
}

export type OracleLine = Readonly<{ gross: bigint; off: readonly bigint[] }>

/** One subscription with one item, and what has been billed for it. */
export class Oracle {
  #anchor: number
  #unit: bigint
  #months: number
  #quantity: bigint
  #from: number
  #to: number
  #paid: Paid[] = []
  #discounts: readonly OracleDiscount[]

  constructor(
    start: Readonly<{ at: number; unit: bigint; months: number; quantity: bigint }>,
    discounts: readonly OracleDiscount[],
  ) {
    this.#anchor = start.at
    this.#unit = start.unit
    this.#months = start.months
    this.#quantity = start.quantity
    this.#discounts = discounts
    this.#from = start.at
    this.#to = monthsLater(start.at, start.months)
  }

  get period(): Readonly<{ from: number; to: number }> {
    return { from: this.#from, to: this.#to }
  }

  /** The whole period that has just begun, billed. */
  first(): OracleLine[] {
    return [this.#bill(this.#from, 1, 1)]
  }

  /** The next period, billed, with the discounts that are in force then. */
  renew(discounts: readonly OracleDiscount[]): OracleLine[] {
    this.#discounts = discounts
    let count = 1
    while (monthsLater(this.#anchor, count * this.#months) <= this.#to) count++
    this.#from = this.#to
    this.#to = monthsLater(this.#anchor, count * this.#months)
    this.#paid = []
    return this.first()
  }

  /** Another quantity for the rest of the period. */
  resize(quantity: bigint, at: number, prorate: boolean, discounts: readonly OracleDiscount[]): OracleLine[] {
    this.#discounts = discounts
    if (quantity === this.#quantity) return []
    this.#quantity = quantity
    if (!prorate) return []
    const credits = this.#giveBack(at)
    return [...credits, this.#bill(at, this.#to - at, this.#to - this.#from)]
  }

  /** Another price, whose period begins now; the old one is given back as of `at`. */
  restart(
    next: Readonly<{ unit: bigint; months: number; quantity: bigint; now: number }>,
    at: number,
    prorate: boolean,
    discounts: readonly OracleDiscount[],
  ): OracleLine[] {
    this.#discounts = discounts
    const credits = prorate ? this.#giveBack(at) : []
    this.#anchor = next.now
    this.#unit = next.unit
    this.#months = next.months
    this.#quantity = next.quantity
    this.#from = next.now
    this.#to = monthsLater(next.now, next.months)
    this.#paid = []
    return [...credits, ...this.first()]
  }

  #bill(from: number, part: number, whole: number): OracleLine {
    const full = this.#unit * this.#quantity
    const gross = nearest(times(full, part, whole))
    const off: bigint[] = []
    let left = gross
    for (const discount of this.#discounts) {
      // A discount finds nothing to reduce where the line itself is nothing.
      if (gross === 0n) break
      const wanted =
        discount.kind === 'percent'
          ? nearest({ n: left * discount.hundredths, d: 10_000n })
          : nearest(times(discount.cents < full ? discount.cents : full, part, whole))
      const taken = wanted < left ? wanted : left
      off.push(taken)
      left -= taken
    }
    this.#paid.push({
      from,
      to: this.#to,
      returnedFrom: this.#to,
      gross,
      off,
      grossReturned: 0n,
      offReturned: off.map(() => 0n),
    })
    return { gross, off }
  }

  #giveBack(at: number): OracleLine[] {
    const lines: OracleLine[] = []
    for (const paid of this.#paid) {
      const from = at > paid.from ? at : paid.from
      if (from >= paid.returnedFrom) continue
      const part = paid.returnedFrom - from
      const whole = paid.to - paid.from
      const atMost = (wanted: bigint, rest: bigint): bigint => (wanted < rest ? wanted : rest)
      const gross = atMost(nearest(times(paid.gross, part, whole)), paid.gross - paid.grossReturned)
      const off = paid.off.map((cents, index) =>
        atMost(nearest(times(cents, part, whole)), cents - (paid.offReturned[index] ?? 0n)),
      )
      paid.returnedFrom = from
      paid.grossReturned += gross
      off.forEach((cents, index) => (paid.offReturned[index] = (paid.offReturned[index] ?? 0n) + cents))
      lines.push({ gross: -gross, off: off.map((cents) => -cents) })
    }
    return lines
  }
}

export const netOf = ({ gross, off }: OracleLine): bigint => off.reduce((net, cents) => net - cents, gross)

/** What invoices come to, one after the other, and the balance they leave: below zero it is credit. */
export class OracleAccount {
  #balance = 0n

  get balance(): bigint {
    return this.#balance
  }

  /** What would be due for an invoice of these lines, and its total. */
  quote(lines: readonly OracleLine[]): Readonly<{ total: bigint; due: bigint }> {
    const total = lines.reduce((sum, line) => sum + netOf(line), 0n)
    const owed = total + this.#balance
    return { total, due: owed < 50n ? 0n : owed }
  }

  settle(lines: readonly OracleLine[]): Readonly<{ total: bigint; due: bigint }> {
    const quoted = this.quote(lines)
    this.#balance += quoted.total - quoted.due
    return quoted
  }
}

const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

const leap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

const daysIn = (year: number, month: number): number =>
  month === 1 && leap(year) ? 29 : (LENGTHS[month] ?? 30)

/** The same day so many months on, or the last of that month: counted in days from 1 January 1970. */
export function monthsLater(seconds: number, months: number): number {
  const second = seconds % 86_400
  let days = (seconds - second) / 86_400
  let year = 1970
  while (days >= (leap(year) ? 366 : 365)) days -= leap(year++) ? 366 : 365
  let month = 0
  while (days >= daysIn(year, month)) days -= daysIn(year, month++)
  const wantedMonth = (month + months) % 12
  const wantedYear = year + Math.floor((month + months) / 12)
  let total = Math.min(days, daysIn(wantedYear, wantedMonth) - 1)
  for (let past = 0; past < wantedMonth; past++) total += daysIn(wantedYear, past)
  for (let past = 1970; past < wantedYear; past++) total += leap(past) ? 366 : 365
  return total * 86_400 + second
}
