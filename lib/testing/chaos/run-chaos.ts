import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { sweepEvents } from '@/lib/jobs/sweep-events'
import { addBuyer } from '../buyer'
import type { Caller, Experience } from './ask-product'
import { goShopping, toldNothing, type Shopper } from './go-shopping'
import { bringUp, killAtRandom, victimsOf } from './kill-at-random'
import type { Arena } from './open-arena'
import { seededRandom, type Random } from './seeded-random'
import { takeStock } from './take-stock'

export type ChaosPlan = Readonly<{
  seed: number
  /** SIGKILLs of the apps and the worker, all together. */
  kills: number
  /** Immediate restarts of PostgreSQL, spread over the kills. */
  restarts: number
  shoppers: number
  say(text: string): void
}>

export type ChaosReport = Readonly<{
  experience: Experience
  kills: ReadonlyMap<string, number>
  restarts: number
  acknowledged: Readonly<{ purchases: number; checkouts: number; usage: number }>
  unknownPurchases: number
  /** Seconds from the end of the trouble until the books were right. */
  settledAfterSeconds: number
  /** What was still wrong when patience ended; empty is what is wanted. */
  findings: readonly string[]
}>

/** A fifth of the events never comes, a fifth comes more than once, and all of them in no order. */
const LOSSY = { drop: 0.2, duplicate: 0.2, copiesMax: 3, delayMs: { min: 0, max: 1_500 }, shuffle: true }
/** A purchase whose holder was killed is taken up when its lease ends. */
const SETTLES_WITHIN_MS = 180_000

/**
 * Shoppers buy, use, take back and contest, all at once, while the apps and the worker are killed at moments of chance and
 * PostgreSQL crashes under them. When it is over, nothing helps the product but itself, until the books are right.
 */
export async function runChaos(arena: Arena, plan: ChaosPlan): Promise<ChaosReport> {
  const random = seededRandom(plan.seed)
  const experience: Experience = {
    answers: 0,
    cutOff: 0,
    slowest: { ms: 0, path: '', status: 0 },
    oddities: [],
  }
  const appUrls = arena.stack.apps.map(({ url }) => url)
  const shoppers = await openShoppers(arena, plan.shoppers)
  await arena.stripe.plan({ seed: plan.seed, webhooks: LOSSY })
  plan.say(`${String(shoppers.length)} shoppers begin`)

  let isOver = false
  const shopping = shoppers.map((shopper) => {
    const caller: Caller = { appUrls, random: random.fork(), experience, isCalm: () => isOver }
    return goShopping({ caller, stripe: arena.stripe }, shopper, () => isOver)
  })
  const limits = liftLimits(arena, () => isOver)
  const trouble = await makeTrouble(arena, plan, random)
  isOver = true
  plan.say('the trouble is over')
  await Promise.all([...shopping, limits])
  const settled = await settle(arena, shoppers)
  return {
    experience,
    ...trouble,
    acknowledged: {
      purchases: count(shoppers, ({ told }) => told.purchases.size),
      checkouts: count(shoppers, ({ told }) => told.checkouts.size),
      usage: count(shoppers, ({ told }) => told.usage.size),
    },
    unknownPurchases: count(shoppers, ({ told }) => told.unknownPurchases.length),
    ...settled,
  }
}

const billing = z.looseObject({ numbers: z.array(z.looseObject({ id: z.string() })) })

async function openShoppers(
  { container, stripe, stack }: Arena,
  wanted: number,
): Promise<readonly Shopper[]> {
  const shoppers: Shopper[] = []
  for (let index = 0; index < wanted; index++) {
    const buyer = await addBuyer(container, stripe)
    const response = await fetch(`${stack.appUrl}/api/v1/billing`, {
      headers: { authorization: `Bearer ${buyer.key}` },
    })
    const [number] = billing.parse(await response.json()).numbers
    shoppers.push({ buyer, numberId: number?.id ?? '', told: toldNothing() })
  }
  return shoppers
}

type Trouble = Pick<ChaosReport, 'kills' | 'restarts'>

async function makeTrouble(arena: Arena, plan: ChaosPlan, random: Random): Promise<Trouble> {
  const kills = new Map<string, number>()
  let turns = 0
  let done = 0
  let restarts = 0
  const tell = (what: string): void => {
    plan.say(
      `kill ${String(done)}/${String(plan.kills)}, restart ${String(restarts)}/${String(plan.restarts)}: ${what}`,
    )
  }
  const killing = victimsOf(arena.stack).map((victim) =>
    killAtRandom(victim, {
      random: random.fork(),
      takeTurn: () => turns++ < plan.kills,
      onKill: (name) => {
        done += 1
        kills.set(name, (kills.get(name) ?? 0) + 1)
        tell(name)
      },
    }),
  )
  const crashing = (async () => {
    while (restarts < plan.restarts) {
      await setTimeout(random.between(50, 500))
      if (done < ((restarts + 1) * plan.kills) / (plan.restarts + 1) - 1) continue
      await arena.crashPostgres()
      restarts += 1
      tell('PostgreSQL')
    }
  })()
  await Promise.all([...killing, crashing])
  return { kills, restarts }
}

/** What keeps a real caller from asking so often is not what is tried here. */
async function liftLimits({ owner }: Arena, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await owner`delete from rate_limit`.catch(() => {})
    await setTimeout(1_000)
  }
}

async function settle(
  arena: Arena,
  shoppers: readonly Shopper[],
): Promise<Pick<ChaosReport, 'settledAfterSeconds' | 'findings'>> {
  const from = Date.now()
  await arena.stripe.calm()
  for (const victim of victimsOf(arena.stack)) await bringUp(victim)
  for (;;) {
    // What the worker does every three minutes.
    await sweepEvents(arena.container)
    const findings = await takeStock(arena, shoppers)
    const elapsed = Date.now() - from
    if (findings.length === 0 || elapsed > SETTLES_WITHIN_MS) {
      return { findings, settledAfterSeconds: Math.round(elapsed / 1_000) }
    }
    await setTimeout(1_000)
  }
}

function count(shoppers: readonly Shopper[], of: (shopper: Shopper) => number): number {
  return shoppers.reduce((total, shopper) => total + of(shopper), 0)
}
