import postgres from 'postgres'
import { afterEach, describe, expect, it } from 'vitest'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { claimCallsIn } from './claim-calls'

const suite = useTestDatabase()

afterEach(async () => {
  await suite.db.sql`delete from provider_call_budget`
})

describe('claimCallsIn', () => {
  it('grants a quarter of a second in a burst, and leaves two fifths of it to purchases', async () => {
    const claim = claimCallsIn(suite.db, 20)
    await freeze({ 'GET /a': 5, '*': 20 })
    expect(await claim('GET /a', 10, 'read')).toMatchObject({ granted: 3 })
    expect(await claim('GET /a', 10, 'read')).toMatchObject({ granted: 0 })
    expect(await claim('GET /a', 10, 'purchase')).toMatchObject({ granted: 2 })
  })

  it('gives each endpoint a bucket of its own', async () => {
    const claim = claimCallsIn(suite.db, 20)
    await claim('GET /a', 10, 'purchase')
    expect(await claim('GET /b', 10, 'purchase')).toMatchObject({ granted: 5 })
  })

  it('holds all endpoints together to four times the rate of one', async () => {
    const claim = claimCallsIn(suite.db, 20)
    await freeze({ '*': 20 })
    const granted = []
    for (const name of 'abcdef') granted.push((await claim(`GET /${name}`, 10, 'purchase')).granted)
    expect(granted).toEqual([5, 5, 5, 5, 0, 0])
  })

  it('says when to come back, and refills by time', async () => {
    const claim = claimCallsIn(suite.db, 20)
    await claim('GET /a', 5, 'purchase')
    const { granted, waitMs } = await claim('GET /a', 5, 'purchase')
    expect(granted).toBe(0)
    expect(waitMs).toBeGreaterThan(0)
    expect(waitMs).toBeLessThanOrEqual(50)
    await suite.db.sql`update provider_call_budget set refilled_at = refilled_at - interval '1 hour'`
    expect(await claim('GET /a', 100, 'purchase')).toMatchObject({ granted: 5 })
  })

  it('grants no call twice, however many instances ask at once', async () => {
    const claim = claimCallsIn(suite.db, 20)
    const started = performance.now()
    const granted = await Promise.all(
      Array.from({ length: 300 }, async () => (await claim('GET /a', 1, 'purchase')).granted),
    )
    const seconds = (performance.now() - started) / 1000
    const total = granted.reduce((sum, count) => sum + count, 0)
    expect(total).toBeGreaterThanOrEqual(5)
    expect(total).toBeLessThanOrEqual(5 + Math.ceil(20 * seconds))
  })

  it('works at one call a second', async () => {
    const claim = claimCallsIn(suite.db, 1)
    await freeze({ 'GET /a': 1, '*': 1 })
    expect(await claim('GET /a', 3, 'read')).toMatchObject({ granted: 1 })
    expect(await claim('GET /a', 3, 'read')).toMatchObject({ granted: 0 })
  })

  it('is out of reach of the read-only role', async () => {
    const readonly = postgres(suite.readonlyUrl, { max: 1 })
    const attack = readonly`select claim_provider_calls('{GET /a}', 1, false, 20)`
    await expect(attack).rejects.toMatchObject({ code: '42501' })
    await readonly.end()
  })
})

/** Buckets that were filled an hour from now: nothing refills while the test looks. */
async function freeze(buckets: Readonly<Record<string, number>>): Promise<void> {
  for (const [endpoint, tokens] of Object.entries(buckets)) {
    await suite.db.sql`
      insert into provider_call_budget (endpoint, tokens, refilled_at)
      values (${endpoint}, ${tokens}, now() + interval '1 hour')`
  }
}
