import Stripe from 'stripe'
import { purchaseCredits } from '@/lib/core/purchases/purchase-credits'
import { isSubscribedEventType } from '@/lib/core/ports/payment-events'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { invariant } from '@/lib/kit/assert'
import { usd, usdFromCents } from '@/lib/kit/money'
import type { Container } from '@/lib/server/container'
import type { LocalStripeControls } from '../local-stripe'
import { openPayer, type Payer } from '../purchases'
import { startTopUp } from '../top-up'
import type { Step } from './draw-month'

/** A product with a Stripe, both of its own. */
export type World = Readonly<{ container: Container; stripe: LocalStripeControls }>

/** What a month has made, by the numbers of the script; a payment is named by its invoice and its charge. */
export type Lived = Readonly<{
  payers: readonly Payer[]
  payments: readonly Readonly<{ invoiceId: string; chargeId: string }>[]
  /** Refunds, disputes and warnings, the oldest first. */
  returns: readonly string[]
}>

type Living = {
  payers: Payer[]
  payments: { invoiceId: string; chargeId: string }[]
  returns: string[]
  disputes: string[]
}

/** Lives a script, handing over the events of each step after it. */
export async function liveMonth(
  world: World,
  script: readonly Step[],
  post: (events: readonly Stripe.Event[]) => Promise<void>,
): Promise<Lived> {
  const living: Living = { payers: [], payments: [], returns: [], disputes: [] }
  const accounts = Math.max(...script.map((step) => ('account' in step ? step.account : 0))) + 1
  for (let index = 0; index < accounts; index++)
    living.payers.push(await openPayer(world.container, world.stripe))
  const seen = new Set<string>()
  for (const step of script) {
    await live(world, living, step)
    await post(await newEvents(world.stripe, seen))
  }
  return living
}

async function live(world: World, living: Living, step: Step): Promise<void> {
  switch (step.kind) {
    case 'checkout':
      return payInCheckout(world, living, step)
    case 'purchase':
      return purchase(world, living, step)
    case 'usage':
      return use(world, living, step)
    case 'refund':
      return refund(world, living, step)
    case 'dispute':
      return dispute(world, living, step)
    case 'decide':
      return decide(world, living, step)
    case 'warn':
      living.returns.push(await world.stripe.warnOfFraud(paymentOf(living, step.payment).chargeId))
      return
    case 'night':
      return world.stripe.advance(86_400)
  }
}

type Only<K extends Step['kind']> = Extract<Step, { kind: K }>

async function payInCheckout(
  { container, stripe }: World,
  living: Living,
  { account, cents }: Only<'checkout'>,
): Promise<void> {
  const { sessionId } = await startTopUp(container, payerOf(living, account))
  await stripe.pay(sessionId, { cents })
  const session = await stripe.client.checkout.sessions.retrieve(sessionId, { expand: ['payment_intent'] })
  const { invoice, payment_intent: intent } = session
  invariant(
    typeof invoice === 'string' && intent !== null && typeof intent !== 'string',
    'a paid session has both',
  )
  invariant(typeof intent.latest_charge === 'string', 'a payment has its charge')
  living.payments.push({ invoiceId: invoice, chargeId: intent.latest_charge })
}

async function purchase(
  { stripe }: World,
  living: Living,
  { account, cents }: Only<'purchase'>,
): Promise<void> {
  const payer = payerOf(living, account)
  const input = { amount: usdFromCents(cents), paymentMethodId: null, idempotencyKey: null }
  await purchaseCredits(await payer.context(), input)
  const [charge] = (await stripe.client.charges.list({ customer: payer.customerId, limit: 1 })).data
  const [invoice] = (await stripe.client.invoices.list({ customer: payer.customerId, limit: 1 })).data
  invariant(charge !== undefined && invoice !== undefined, 'a purchase has both')
  living.payments.push({ invoiceId: invoice.id, chargeId: charge.id })
}

async function use(_: World, living: Living, { account, micros }: Only<'usage'>): Promise<void> {
  const ctx = await payerOf(living, account).context()
  const amount = usd(BigInt(micros))
  const event = { id: crypto.randomUUID(), numberId: null, fareName: 'Call', billedQuantity: 1, amount }
  await recordUsage(ctx, [{ ...event, occurredAt: ctx.now() }])
}

/** What Stripe refuses, since the money is gone already, it refuses in every world. */
async function refund({ stripe }: World, living: Living, step: Only<'refund'>): Promise<void> {
  const { id, amount, amount_refunded: before } = await chargeOf(stripe, living, step.payment)
  const part = Math.max(1, Math.floor(((amount - before) * step.percent) / 100))
  try {
    const made = await stripe.client.refunds.create({ charge: id, amount: part })
    living.returns.push(made.id)
    if (step.fate !== 'stay') await stripe.decideRefund(made.id, step.fate)
  } catch (error) {
    const refused = error instanceof Stripe.errors.StripeInvalidRequestError ? error.code : null
    if (refused !== 'charge_disputed' && refused !== 'charge_already_refunded') throw error
  }
}

async function dispute({ stripe }: World, living: Living, step: Only<'dispute'>): Promise<void> {
  const { id, amount } = await chargeOf(stripe, living, step.payment)
  const amountCents = Math.max(1, Math.floor((amount * step.percent) / 100))
  const made = await stripe.dispute(id, { kind: step.claim, amountCents })
  living.returns.push(made)
  living.disputes.push(made)
}

async function decide({ stripe }: World, living: Living, step: Only<'decide'>): Promise<void> {
  const id = living.disputes[step.dispute]
  invariant(id !== undefined, 'a script decides about what was opened before')
  const { status } = await stripe.client.disputes.retrieve(id)
  const isInquiry = status.startsWith('warning_')
  if (['won', 'lost', 'warning_closed'].includes(status) || (step.verdict === 'escalate' && !isInquiry))
    return
  await stripe.decideDispute(id, step.verdict)
}

function payerOf({ payers }: Living, account: number): Payer {
  const payer = payers[account]
  invariant(payer !== undefined, 'every account of a script has somebody who pays')
  return payer
}

function paymentOf({ payments }: Living, payment: number): Lived['payments'][number] {
  const found = payments[payment]
  invariant(found !== undefined, 'a script takes back what was paid before')
  return found
}

function chargeOf({ client }: LocalStripeControls, living: Living, payment: number): Promise<Stripe.Charge> {
  return client.charges.retrieve(paymentOf(living, payment).chargeId)
}

/** What the endpoint is subscribed to and has happened since the last time, in its order. */
async function newEvents({ client }: LocalStripeControls, seen: Set<string>): Promise<Stripe.Event[]> {
  const { data } = await client.events.list({ limit: 50 })
  const fresh = data.filter(({ id }) => !seen.has(id)).reverse()
  for (const { id } of fresh) seen.add(id)
  return fresh.filter(({ type }) => isSubscribedEventType(type))
}
