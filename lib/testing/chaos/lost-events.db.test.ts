import type Stripe from 'stripe'
import { expect, it } from 'vitest'
import { drainInbox } from '@/lib/jobs/drain-jobs'
import { reconcileBooks } from '@/lib/jobs/reconcile-books'
import { sweepEvents } from '@/lib/jobs/sweep-events'
import { drainPatiently, receive } from '../inbox'
import { repetitions } from '../repetitions'
import { useTestContainer } from '../test-container'
import { useLocalStripe } from '../use-local-stripe'
import { useTestDatabase } from '../use-test-database'
import { drawMonth } from './draw-month'
import { liveMonth, type World } from './live-month'
import { inLedger, readMonth } from './read-month'
import { seededRandom, type Random } from './seeded-random'

const [cleanDatabase, lossyDatabase] = [useTestDatabase(), useTestDatabase()]
const [cleanStripe, lossyStripe] = [useLocalStripe(), useLocalStripe()]
const cleanContainer = useTestContainer(cleanDatabase, () => cleanStripe.env)
const lossyContainer = useTestContainer(lossyDatabase, () => lossyStripe.env)

const DROPPED = 0.2
const REPEATED = 0.2
/** What is not delivered after this step may come after any later one, in whatever order. */
const DELIVERED_AT_ONCE = 0.3

/** A post that loses, repeats and mixes up what it is given. */
function carelessPost(random: Random, world: World) {
  const bag: Stripe.Event[] = []
  const counts = { posted: 0, dropped: 0, repeated: 0 }
  const deliver = async (events: readonly Stripe.Event[]): Promise<void> => {
    for (const event of events) await receive(world.container, [event])
    await drainInbox(world.container)
  }
  return {
    counts,
    post: async (events: readonly Stripe.Event[]): Promise<void> => {
      for (const event of events) {
        counts.posted += 1
        if (random.chance(DROPPED)) counts.dropped += 1
        else bag.push(event)
        if (random.chance(REPEATED)) {
          counts.repeated += 1
          bag.push(event)
        }
      }
      const mixed = random.shuffled(bag.splice(0))
      const now = mixed.filter(() => random.chance(DELIVERED_AT_ONCE))
      bag.push(...mixed.filter((event) => !now.includes(event)))
      await deliver(now)
    },
    deliverRest: () => deliver(random.shuffled(bag.splice(0))),
  }
}

it('a month of which a fifth of the events is lost, repeated and mixed up ends, once it is reconciled, as one of which none is', async () => {
  for (let seed = 1; seed <= repetitions({ usual: 1, long: 25 }); seed++) {
    const script = drawMonth(seededRandom(seed), { accounts: 5, perDay: repetitions({ usual: 2, long: 8 }) })
    const clean = { container: cleanContainer(), stripe: cleanStripe }
    const cleanLife = await liveMonth(clean, script, async (events) => {
      await receive(clean.container, events)
      await drainInbox(clean.container)
    })
    const lossy = { container: lossyContainer(), stripe: lossyStripe }
    const careless = carelessPost(seededRandom(seed * 7_919), lossy)
    const lossyLife = await liveMonth(lossy, script, careless.post)
    await careless.deliverRest()
    const expected = await readMonth(clean, cleanLife)
    expect(inLedger(await readMonth(lossy, lossyLife))).not.toEqual(inLedger(expected))

    await reconcileBooks(lossy.container)
    const reconciled = await readMonth(lossy, lossyLife)
    expect({ seed, month: inLedger(reconciled) }).toEqual({ seed, month: inLedger(expected) })
    // What was lost on its way is still listed by Stripe, and heard now it moves nothing any more.
    expect((await sweepEvents(lossy.container)).found).toBeGreaterThan(0)
    await drainPatiently(lossy.container)
    expect({ seed, month: await readMonth(lossy, lossyLife) }).toEqual({ seed, month: expected })
    expect(Math.min(careless.counts.dropped, careless.counts.repeated)).toBeGreaterThan(0)
    expect(expected.payments.every((payment) => payment?.postings === 1)).toBe(true)
  }
}, 3_600_000)
