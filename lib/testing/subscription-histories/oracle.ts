/**
 * What subscriptions cost, written from the text of the rules and apart from the code that charges: whole seconds and
 * cents. A debit is what was billed for a span of time; what is left of it is given back when something else is billed
 * for that time: its own amount by the share of its own span, to the nearest cent.
 */
export type Interval = 'monthly' | 'annual'

const UNIT_CENTS = { monthly: 1_200, annual: 12_000 } as const

/** Stripe charges no less; it is kept for the next invoice. */
const CHARGE_CENTS_MIN = 50

type Debit = Readonly<{ cents: number; start: number; end: number }>

/** An invoice as it must be: what it adds up to, and what of it is charged once the customer's credit is used. */
export type ExpectedInvoice = Readonly<{ totalCents: number; dueCents: number }>

export class SubscriptionOracle {
  readonly invoices: ExpectedInvoice[] = []
  /** Numbers covered, and units paid for in the period. */
  covered: number
  units: number
  cancels = false
  ended = false
  periodStart: number
  periodEnd: number
  /** What Stripe owes the customer; negative: what the customer is to pay with the next invoice. */
  private creditCents = 0
  private debit: Debit
  private anchor: number
  private periods = 1

  constructor(
    public interval: Interval,
    numbers: number,
    start: number,
  ) {
    this.covered = numbers
    this.units = numbers
    this.anchor = start
    this.periodStart = start
    this.periodEnd = later(start, interval, 1)
    this.debit = { cents: numbers * UNIT_CENTS[interval], start, end: this.periodEnd }
    this.bill(this.debit.cents)
  }

  /** What covering one number more costs, reckoned from `at`: nothing where a unit is free. */
  raiseTotal(at: number): number {
    if (this.covered < this.units) return 0
    return this.shareOfPeriod(at, this.units + 1) - this.leftOf(at)
  }

  cover(at: number): void {
    if (this.covered < this.units) {
      this.covered += 1
      return
    }
    const total = this.raiseTotal(at)
    this.debit = { cents: this.shareOfPeriod(at, this.units + 1), start: at, end: this.periodEnd }
    this.units += 1
    this.covered += 1
    this.bill(total)
  }

  /** What the other interval costs: a whole period, less what is left of this one. */
  changeTotal(at: number): number {
    return this.covered * UNIT_CENTS[other(this.interval)] - this.leftOf(at)
  }

  /** `at` is what the credit is reckoned from, `now` when the new period begins. */
  change(at: number, now: number): void {
    const total = this.changeTotal(at)
    this.interval = other(this.interval)
    this.units = this.covered
    this.cancels = false
    this.anchor = now
    this.periods = 1
    this.begin(now)
    this.bill(total)
  }

  /** What is charged of a total: what the customer's credit leaves, unless it is too little to be charged by itself. */
  dueOf(totalCents: number): number {
    const payable = totalCents - this.creditCents
    return payable < CHARGE_CENTS_MIN ? 0 : payable
  }

  /** Everything that comes by itself until `now`. */
  pass(now: number): void {
    while (!this.ended && this.periodEnd <= now) {
      if (this.cancels) {
        this.ended = true
        return
      }
      this.periods += 1
      this.units = this.covered
      this.begin(this.periodEnd)
      this.bill(this.debit.cents)
    }
  }

  private begin(start: number): void {
    this.periodStart = start
    this.periodEnd = later(this.anchor, this.interval, this.periods)
    this.debit = { cents: this.units * UNIT_CENTS[this.interval], start, end: this.periodEnd }
  }

  private bill(totalCents: number): void {
    const dueCents = this.dueOf(totalCents)
    this.creditCents = dueCents === 0 ? this.creditCents - totalCents : 0
    this.invoices.push({ totalCents, dueCents })
  }

  private shareOfPeriod(at: number, units: number): number {
    const whole = this.periodEnd - this.periodStart
    return nearest(units * UNIT_CENTS[this.interval] * (this.periodEnd - at), whole)
  }

  private leftOf(at: number): number {
    const { cents, start, end } = this.debit
    return nearest(cents * (end - Math.max(at, start)), end - start)
  }
}

function other(interval: Interval): Interval {
  return interval === 'monthly' ? 'annual' : 'monthly'
}

/** A quotient to the nearest whole number, halves up. Below 2^53 for any amount and period here. */
function nearest(part: number, whole: number): number {
  return Number((2n * BigInt(part) + BigInt(whole)) / (2n * BigInt(whole)))
}

/** So many intervals after the anchor: the same day and time, or the last day of a month that is too short for it. */
function later(anchor: number, interval: Interval, count: number): number {
  const from = new Date(anchor * 1000)
  const months = from.getUTCMonth() + count * (interval === 'monthly' ? 1 : 12)
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), months + 1, 0)).getUTCDate()
  const day = Math.min(from.getUTCDate(), lastDay)
  const midnight = Date.UTC(from.getUTCFullYear(), months, day) / 1000
  return midnight + (anchor % 86_400)
}
