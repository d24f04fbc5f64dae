import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, type Database } from '@/lib/db/client'
import { repetitions } from '@/lib/testing/repetitions'
import { arbitraryHistory } from '@/lib/testing/subscription-histories/arbitrary-history'
import { SubscriptionOracle } from '@/lib/testing/subscription-histories/oracle'
import { runHistory } from '@/lib/testing/subscription-histories/run-history'
import { useTestContainer } from '@/lib/testing/test-container'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'

/** Time goes on from one history to the next: each batch begins with a Stripe of its own, before its cards expire. */
const BATCHES = Array.from({ length: repetitions({ usual: 1, long: 25 }) }, (_, index) => index + 1)

describe.each(BATCHES)('random histories of subscriptions, batch %i', () => {
  const database = useTestDatabase()
  const stripe = useLocalStripe()
  const container = useTestContainer(database, () => stripe.env)
  let owner: Database

  beforeAll(() => {
    owner = openDatabase(database.ownerUrl, { poolSize: 1, applicationName: 'talktime-test' })
  })
  afterAll(() => owner.close())

  it('charge what was quoted and what the oracle says, and are told as they are', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryHistory, (history) =>
        runHistory({ container: container(), stripe, owner }, history),
      ),
      { numRuns: repetitions({ usual: 6, long: 40 }), endOnFailure: true },
    )
  }, 600_000)
})

describe('the oracle', () => {
  const at = (text: string) => Date.parse(text) / 1000

  it('keeps the last day of short months, and comes back to the 31st', () => {
    const oracle = new SubscriptionOracle('monthly', 1, at('2027-12-31T10:00:00Z'))
    const ends: string[] = []
    for (let month = 0; month < 4; month++) {
      ends.push(new Date(oracle.periodEnd * 1000).toISOString().slice(0, 10))
      oracle.pass(oracle.periodEnd)
    }
    expect(ends).toEqual(['2028-01-31', '2028-02-29', '2028-03-31', '2028-04-30'])
  })

  it('halves a month in its middle', () => {
    const oracle = new SubscriptionOracle('monthly', 1, at('2027-06-01T00:00:00Z'))
    const middle = at('2027-06-16T00:00:00Z')
    expect(oracle.raiseTotal(middle)).toBe(600)
    expect(oracle.changeTotal(middle)).toBe(12_000 - 600)
  })
})
