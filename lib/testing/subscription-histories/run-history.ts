import { expect } from 'vitest'
import { ensureCustomer } from '@/lib/core/customers/ensure-customer'
import { releaseNumber } from '@/lib/core/numbers/release-number'
import { changeInterval } from '@/lib/core/subscriptions/change-interval'
import { coverNewNumber } from '@/lib/core/subscriptions/cover-new-number'
import { previewNewNumber, previewSubscription } from '@/lib/core/subscriptions/preview-subscription'
import { cancelAtPeriodEnd, resumeSubscription } from '@/lib/core/subscriptions/set-cancellation'
import { getBilling } from '@/lib/core/wallets/get-billing'
import type { Database } from '@/lib/db/client'
import { drainJobs } from '@/lib/jobs/drain-jobs'
import { invariant } from '@/lib/kit/assert'
import { newId } from '@/lib/kit/ids'
import { exactCents } from '@/lib/kit/money'
import type { Container } from '@/lib/server/container'
import type { LocalStripeControls } from '../local-stripe'
import { invoicesOf, setCard, subscribe } from '../subscriptions'
import { openCustomer, type Customer } from '../top-up'
import type { History, Step } from './arbitrary-history'
import { SubscriptionOracle } from './oracle'

const DAY = 86_400
/** A renewal's invoice stays a draft for an hour. */
const SETTLING_SECONDS = 2 * 3_600
const DECLINES = 'pm_card_chargeCustomerFail'
const PAYS = 'pm_card_visa'

export type Stage = Readonly<{
  container: Container
  stripe: LocalStripeControls
  /** Owns the tables: adds numbers without a carrier. */
  owner: Database
}>

type Play = Stage &
  Readonly<{ customer: Customer; customerId: string; subscriptionId: string; oracle: SubscriptionOracle }>

/** Lives a history with the product and the local Stripe, and after each step holds both to the oracle. */
export async function runHistory(stage: Stage, history: History): Promise<void> {
  const play = await begin(stage, history)
  try {
    await holdToOracle(play)
    for (const step of history.steps) {
      if (play.oracle.ended) break
      await perform(play, step)
      await holdToOracle(play)
    }
  } finally {
    // Time goes on for the next history, and this one must not go on with it.
    if (!play.oracle.ended) await stage.stripe.client.subscriptions.cancel(play.subscriptionId)
    await drainJobs(stage.container)
  }
}

async function begin(stage: Stage, { interval, numbers }: History): Promise<Play> {
  const { container, stripe } = stage
  const customer = await openCustomer(container)
  const now = await container.clock.read()
  // Enough for the rent of numbers that stay pay as you go: what is owed is another test.
  await container.databases.app.sql`
    select ledger.grant_credit(${customer.accountId}, 'deposit_manual', 'history', 'purchased', 0, 900000000000, 0, null, ${now}, ${now})`
  for (let count = 1; count < numbers; count++) await addNumber(stage, customer)
  const subscriptionId = await subscribe(container, stripe, customer, interval)
  const made = await stripe.client.subscriptions.retrieve(subscriptionId)
  const oracle = new SubscriptionOracle(interval, numbers, made.billing_cycle_anchor)
  const customerId = await ensureCustomer(await customer.context(), null)
  return { ...stage, customer, customerId, subscriptionId, oracle }
}

async function addNumber({ container, owner }: Stage, customer: Customer): Promise<string> {
  const id = newId('num')
  await owner.sql`
    select hold_number(${customer.accountId}, ${id}, ${`+1999${String(Math.floor(Math.random() * 1e10)).padStart(10, '0')}`},
      '{}', 1, ${await container.clock.read()})`
  return id
}

async function perform(play: Play, step: Step): Promise<void> {
  switch (step.kind) {
    case 'pass':
      return pass(play, step.days * DAY + step.seconds)
    case 'buy':
      return declining(play, step.declined, () => buy(play, step.declined))
    case 'release':
      return release(play, step.pick)
    case 'change':
      return declining(play, step.declined, () => change(play, step))
    case 'cancel':
      await cancelAtPeriodEnd(await play.customer.context())
      play.oracle.cancels = true
      return
    case 'resume':
      await resumeSubscription(await play.customer.context())
      play.oracle.cancels = false
  }
}

/** On until no invoice is under way, and what a worker does by then. */
async function pass({ container, stripe, oracle }: Play, seconds: number): Promise<void> {
  await stripe.advance(seconds)
  let now = (await container.clock.read()).getTime() / 1000
  oracle.pass(Math.floor(now))
  if (!oracle.ended && now - oracle.periodStart < SETTLING_SECONDS) {
    await stripe.advance(SETTLING_SECONDS)
    now = (await container.clock.read()).getTime() / 1000
    oracle.pass(Math.floor(now))
  }
  await drainJobs(container)
}

async function declining(play: Play, declined: boolean, deed: () => Promise<void>): Promise<void> {
  if (declined) await setCard(play.stripe, play.customerId, DECLINES)
  await deed()
  if (declined) await setCard(play.stripe, play.customerId, PAYS)
}

async function buy(play: Play, declined: boolean): Promise<void> {
  const { customer, oracle } = play
  const id = await addNumber(play, customer)
  const quote = await previewNewNumber(await customer.context())
  invariant(quote !== null, 'the subscription lives')
  const due = oracle.dueOf(oracle.raiseTotal(quote.prorationDate))
  expect(exactCents(quote.amountDue)).toBe(due)
  const { mode } = await coverNewNumber(await customer.context(), {
    numberId: id,
    prorationDate: quote.prorationDate,
  })
  const goesThrough = !declined || due === 0
  expect(mode).toBe(goesThrough ? 'FIXED' : 'PAYG')
  if (goesThrough) oracle.cover(quote.prorationDate)
}

async function release({ customer, oracle }: Play, pick: number): Promise<void> {
  const { numbers } = await getBilling(await customer.context())
  const chosen = numbers[pick % numbers.length]
  invariant(chosen !== undefined, 'there is a number')
  // Without any number left it is not renewed: that has a test of its own.
  if (chosen.mode === 'FIXED' && oracle.covered === 1) return
  await releaseNumber(await customer.context(), chosen.id)
  if (chosen.mode === 'FIXED') oracle.covered -= 1
}

async function change(play: Play, step: Extract<Step, { kind: 'change' }>): Promise<void> {
  const { customer, container, stripe, oracle, subscriptionId } = play
  const interval = oracle.interval === 'monthly' ? 'annual' : 'monthly'
  const now = Math.floor((await container.clock.read()).getTime() / 1000)
  // A quote that a renewal overtakes is refused: that has a test of its own.
  const late = now + step.lateSeconds + 60 < oracle.periodEnd ? step.lateSeconds : 0
  const preview = await previewSubscription(await customer.context(), {
    interval,
    quantity: null,
    promotionCode: null,
  })
  const due = oracle.dueOf(oracle.changeTotal(preview.prorationDate))
  expect(exactCents(preview.amountDue)).toBe(due)
  await stripe.advance(late)
  const asked = {
    interval,
    promotionCode: null,
    prorationDate: preview.prorationDate,
    idempotencyKey: null,
  } as const
  if (step.declined && due > 0) {
    await expect(changeInterval(await customer.context(), asked)).rejects.toMatchObject({
      code: 'payment_declined',
    })
    return
  }
  expect(await changeInterval(await customer.context(), asked)).toEqual({ changed: true, interval })
  const { items } = await stripe.client.subscriptions.retrieve(subscriptionId)
  oracle.change(preview.prorationDate, items.data[0]?.current_period_start ?? 0)
}

/** Every invoice, the books, and what GET billing tells. */
async function holdToOracle({ customer, container, stripe, oracle }: Play): Promise<void> {
  const final = (await invoicesOf(stripe, customer)).filter((invoice) => invoice.status === 'paid')
  expect(final.map((invoice) => ({ totalCents: invoice.total, dueCents: invoice.amount_due }))).toEqual(
    oracle.invoices,
  )
  const [booked] = await container.databases.app.sql<{ micros: bigint }[]>`
    select coalesce(sum(total_micros), 0)::bigint as micros from ledger.posting
     where account_id = ${customer.accountId} and code = 'subscription'`
  const due = oracle.invoices.reduce((sum, invoice) => sum + invoice.dueCents, 0)
  expect(booked?.micros).toBe(BigInt(due) * 10_000n)

  const billing = await getBilling(await customer.context())
  const { interval, units: quantity, cancels: cancelAtPeriodEnd, covered } = oracle
  const seconds = (value: number) => new Date(value * 1000)
  const { periodStart, periodEnd } = oracle
  expect(billing.subscription).toEqual(
    oracle.ended
      ? null
      : {
          interval,
          quantity,
          cancelAtPeriodEnd,
          periodStart: seconds(periodStart),
          periodEnd: seconds(periodEnd),
        },
  )
  const fixed = billing.numbers.filter((number) => number.mode === 'FIXED')
  expect(fixed).toHaveLength(oracle.ended ? 0 : covered)
}
