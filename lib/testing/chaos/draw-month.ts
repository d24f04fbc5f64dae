import type { Random } from './seeded-random'

/** One thing that happens. Payments and disputes are named by their number, in the order in which they were drawn. */
export type Step =
  | Readonly<{ kind: 'checkout'; account: number; cents: number }>
  | Readonly<{ kind: 'purchase'; account: number; cents: number }>
  | Readonly<{ kind: 'usage'; account: number; micros: number }>
  /** `percent` of what is left of the payment. */
  | Readonly<{ kind: 'refund'; payment: number; percent: number; fate: 'stay' | 'fail' | 'cancel' }>
  | Readonly<{ kind: 'dispute'; payment: number; percent: number; claim: 'chargeback' | 'inquiry' }>
  | Readonly<{ kind: 'decide'; dispute: number; verdict: 'win' | 'lose' | 'escalate' }>
  | Readonly<{ kind: 'warn'; payment: number }>
  | Readonly<{ kind: 'night' }>

/** Stripe lists events for thirty days. */
const NIGHTS = 27

/**
 * A month of an operator's life. The last account uses nothing. All disputes are decided in the end but its own, and no other
 * is warned of fraud: how much of a payment is still there to be frozen depends on what was used before anybody knew.
 */
export function drawMonth(random: Random, options: Readonly<{ accounts: number; perDay: number }>): Step[] {
  const steps: Step[] = []
  const payments: number[] = []
  const disputes: number[] = []
  const quiet = options.accounts - 1
  const add = (step: Step): void => {
    steps.push(step)
    if (step.kind === 'checkout' || step.kind === 'purchase') payments.push(step.account)
    if (step.kind === 'dispute') disputes.push(payments[step.payment] ?? quiet)
  }
  for (let account = 0; account < options.accounts; account++) {
    add({ kind: 'checkout', account, cents: random.between(1_000, 5_000) })
  }
  for (let night = 0; night < NIGHTS; night++) {
    for (let count = 0; count < options.perDay; count++)
      add(drawStep(random, { ...options, payments, disputes }))
    add({ kind: 'night' })
  }
  disputes.forEach((account, dispute) => {
    if (account !== quiet) add({ kind: 'decide', dispute, verdict: random.pick(['win', 'lose']) })
  })
  add({ kind: 'night' })
  return steps
}

type Sofar = Readonly<{ accounts: number; payments: readonly number[]; disputes: readonly number[] }>

function drawStep(random: Random, { accounts, payments, disputes }: Sofar): Step {
  const drawn = random.between(1, 100)
  const account = random.between(0, accounts - 1)
  const payment = random.between(0, payments.length - 1)
  if (drawn <= 25) return { kind: 'checkout', account, cents: random.between(500, 5_000) }
  if (drawn <= 35) return { kind: 'purchase', account, cents: random.between(500, 5_000) }
  if (drawn <= 60) {
    return { kind: 'usage', account: random.between(0, accounts - 2), micros: random.between(1, 20_000_000) }
  }
  if (drawn <= 78) {
    const fate = random.chance(0.3) ? random.pick(['fail', 'cancel'] as const) : 'stay'
    return { kind: 'refund', payment, percent: random.pick([100, random.between(1, 99)]), fate }
  }
  if (drawn <= 90 || disputes.length === 0) {
    const claim = random.chance(0.75) ? 'chargeback' : 'inquiry'
    return { kind: 'dispute', payment, percent: random.pick([100, random.between(1, 99)]), claim }
  }
  if (drawn <= 97) {
    const dispute = random.between(0, disputes.length - 1)
    return { kind: 'decide', dispute, verdict: random.pick(['win', 'lose', 'escalate']) }
  }
  return { kind: 'warn', payment: payments.lastIndexOf(accounts - 1) }
}
