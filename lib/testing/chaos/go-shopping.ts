import { z } from 'zod'
import type { Buyer } from '../buyer'
import type { LocalStripeControls } from '../local-stripe'
import { askProduct, type Caller, type Request } from './ask-product'
import type { Random } from './seeded-random'

/** Someone whose programs buy, use and take back, and what the product and Stripe told them: nobody else's word counts. */
export type Shopper = Readonly<{
  buyer: Buyer
  numberId: string
  told: Told
}>

export type Told = Readonly<{
  /** Cents by the id of the transaction: purchases that the product said are done. */
  purchases: Map<string, number>
  /** Purchases of which nobody waited for the end: each is paid once or not at all. */
  unknownPurchases: string[]
  /** Cents by the id of the session: Checkouts of which Stripe said that they are paid. */
  checkouts: Map<string, number>
  /** Micro-dollars by the id of the event: usage that the product said is booked. */
  usage: Map<string, bigint>
  /** Every event that was sent, whatever became of it. */
  usageSent: Set<string>
}>

export type Shop = Readonly<{ caller: Caller; stripe: LocalStripeControls }>

export const toldNothing = (): Told => ({
  purchases: new Map(),
  unknownPurchases: [],
  checkouts: new Map(),
  usage: new Map(),
  usageSent: new Set(),
})

type Deed = (shop: Shop, shopper: Shopper) => Promise<void>

/** One deed after the other, as chance has it, until `isOver`. */
export async function goShopping(shop: Shop, shopper: Shopper, isOver: () => boolean): Promise<void> {
  while (!isOver()) await drawDeed(shop.caller.random)(shop, shopper)
}

function drawDeed(random: Random): Deed {
  const drawn = random.between(1, 100)
  if (drawn <= 45) return use
  if (drawn <= 65) return buy
  if (drawn <= 80) return payInCheckout
  if (drawn <= 91) return takeBack
  return contest
}

const purchased = z.looseObject({ data: z.looseObject({ transaction_id: z.string() }) })

async function buy({ caller }: Shop, { buyer, told }: Shopper): Promise<void> {
  const cents = caller.random.between(500, 5_000)
  const idempotencyKey = crypto.randomUUID()
  const answer = await askProduct(caller, {
    path: '/api/v1/credits/purchase',
    credential: buyer.token,
    body: { amount: cents / 100 },
    idempotencyKey,
  })
  if (answer === null) told.unknownPurchases.push(idempotencyKey)
  else if (answer.status !== 200) refuse(caller, '/api/v1/credits/purchase', answer)
  else told.purchases.set(purchased.parse(answer.body).data.transaction_id, cents)
}

const opened = z.looseObject({ clientSecret: z.string() })
/** Some people look at the Checkout and close it. */
const ABANDONS = 0.2

async function payInCheckout({ caller, stripe }: Shop, { buyer, told }: Shopper): Promise<void> {
  const path = '/api/v1/billing/checkout/credits'
  const request: Request = { path, credential: buyer.key, body: {}, idempotencyKey: crypto.randomUUID() }
  const answer = await askProduct(caller, request)
  if (answer === null) return
  if (answer.status !== 200) return refuse(caller, path, answer)
  if (caller.random.chance(ABANDONS)) return
  const [sessionId = ''] = opened.parse(answer.body).clientSecret.split('_secret_', 1)
  const cents = caller.random.between(500, 5_000)
  const { kind } = await stripe.pay(sessionId, { cents })
  if (kind === 'complete') told.checkouts.set(sessionId, cents)
}

const reported = z.looseObject({
  results: z.array(
    z.looseObject({ id: z.string(), status: z.enum(['recorded', 'duplicate']), amountMicros: z.number() }),
  ),
})

async function use({ caller }: Shop, { buyer, numberId, told }: Shopper): Promise<void> {
  const events = Array.from({ length: caller.random.between(1, 20) }, () => ({
    id: crypto.randomUUID(),
    numberId,
    kind: 'call',
    quantity: caller.random.between(1, 3_600),
    destination: '+12125550100',
    occurredAt: new Date().toISOString(),
  }))
  for (const { id } of events) told.usageSent.add(id)
  const path = '/api/v1/usage'
  const answer = await askProduct(caller, { path, credential: buyer.key, body: { events } })
  if (answer === null) return
  const results = reported.safeParse(answer.body)
  if (!results.success) return refuse(caller, path, answer)
  for (const { id, amountMicros } of results.data.results) told.usage.set(id, BigInt(amountMicros))
}

/** A refund from Stripe's dashboard: part of some payment, or all that is left of it. A few fail by themselves later. */
async function takeBack({ caller: { random }, stripe }: Shop, { buyer }: Shopper): Promise<void> {
  const charges = await stripe.client.charges.list({ customer: buyer.customerId, limit: 20 })
  const left = charges.data.filter((charge) => charge.paid && !charge.refunded && !charge.disputed)
  if (left.length === 0) return
  const { id, amount, amount_refunded: before } = random.pick(left)
  const part = random.chance(0.3) ? amount - before : random.between(1, amount - before)
  const refund = await stripe.client.refunds.create({ charge: id, amount: part })
  if (random.chance(0.2)) await stripe.decideRefund(refund.id, random.pick(['fail', 'cancel']))
}

/** A bank contests some payment, or decides about one that is contested. */
async function contest({ caller: { random }, stripe }: Shop, { buyer }: Shopper): Promise<void> {
  const charges = await stripe.client.charges.list({ customer: buyer.customerId, limit: 20 })
  const paid = charges.data.filter((charge) => charge.paid)
  const contested = paid.filter((charge) => charge.disputed)
  if (contested.length > 0 && random.chance(0.6)) {
    const { data } = await stripe.client.disputes.list({ charge: random.pick(contested).id })
    const open = data.find(({ status }) => status.endsWith('needs_response'))
    if (open !== undefined) await stripe.decideDispute(open.id, random.pick(['win', 'lose']))
    return
  }
  const quiet = paid.filter((charge) => !charge.disputed)
  if (quiet.length === 0) return
  const { id, amount } = random.pick(quiet)
  if (random.chance(0.15)) await stripe.warnOfFraud(id)
  else {
    const kind = random.chance(0.8) ? 'chargeback' : 'inquiry'
    await stripe.dispute(id, {
      kind,
      ...(random.chance(0.3) ? { amountCents: random.between(1, amount) } : {}),
    })
  }
}

function refuse(
  { experience }: Caller,
  path: string,
  answer: Readonly<{ status: number; body: unknown }>,
): void {
  experience.oddities.push(`POST ${path} answers ${String(answer.status)}: ${JSON.stringify(answer.body)}`)
}
