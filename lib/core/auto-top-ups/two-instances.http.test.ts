import { beforeAll, describe, expect, it } from 'vitest'
import { resolvePurchases } from '@/lib/jobs/resolve-purchases'
import { topUpAccounts } from '@/lib/jobs/top-up-accounts'
import { addBuyer } from '@/lib/testing/buyer'
import { chargesOf } from '@/lib/testing/purchases'
import { useTestContainer } from '@/lib/testing/test-container'
import { readBooks } from '@/lib/testing/top-up'
import { useApp } from '@/lib/testing/use-app'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const database = useTestDatabase()
const stripe = useLocalStripe()
const environment = () => ({ ...stripe.env, REQUESTS_PER_MINUTE: '1000000' })
const apps = [useApp(database, environment), useApp(database, environment)]
const container = useTestContainer(database, () => stripe.env)

const SETTINGS = '/api/v1/auto-topup/settings'
const TEST = '/api/v1/auto-topup/test'

describe('two instances of the app, and a worker', () => {
  let buyer: Awaited<ReturnType<typeof addBuyer>>

  beforeAll(async () => {
    buyer = await addBuyer(container(), stripe)
  })

  const call = (index: number, method: string, path: string, body?: object) =>
    fetch(new URL(path, apps[index % 2]?.().url), {
      method,
      headers: { authorization: `Bearer ${buyer.key}` },
      ...(body && { body: JSON.stringify(body) }),
    })
  const charges = () => chargesOf(stripe, buyer.customerId)

  /** On a busy machine a charge may wait too long for its answer: the job that takes such up comes until none is left. */
  const untilSettled = () =>
    expect
      .poll(
        async () => {
          await resolvePurchases(container()).catch(() => null)
          const [open] = await database.db.sql<{ count: number }[]>`
            select count(*)::integer as count from purchase
             where account_id = ${buyer.accountId} and state not in ('succeeded', 'failed')`
          return open?.count
        },
        { timeout: 50_000, interval: 500 },
      )
      .toBe(0)

  it('make one charge of two hundred triggers at the same moment', async () => {
    await call(0, 'PUT', SETTINGS, { threshold_amount: 1000, recharge_amount: 25 })
    await database.db.sql`delete from rate_limit`
    const answers = await Promise.all([
      ...Array.from({ length: 200 }, (_, i) => call(i, 'PUT', SETTINGS, { is_enabled: true })),
      topUpAccounts(container()).catch(() => null),
    ])
    // Who changes settings so often is told to wait, or that somebody else was quicker: some come through.
    const statuses = answers.flatMap((answer) =>
      answer !== null && 'status' in answer ? [answer.status] : [],
    )
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(2)
    expect(statuses.filter((status) => ![200, 409, 429].includes(status))).toEqual([])
    await untilSettled()
    expect(await charges()).toEqual([2_500])
    expect((await readBooks(container(), buyer.accountId)).deposits).toEqual([25_000_000n])
  })

  it('never exceed the daily limit, whatever is tried at once', async () => {
    await database.db.sql`delete from rate_limit`
    expect((await call(0, 'PUT', SETTINGS, { recharge_amount: 90 })).status).toBe(200)
    for (let round = 0; round < 8; round++) {
      await database.db.sql`delete from rate_limit`
      await Promise.all([
        ...Array.from({ length: 10 }, (_, i) => call(i, 'POST', TEST)),
        ...Array.from({ length: 10 }, (_, i) => call(i, 'PUT', SETTINGS, { is_enabled: true })),
        topUpAccounts(container()).catch(() => null),
      ])
      await stripe.advance(2 * 60)
    }
    await untilSettled()
    const days = await database.db.sql<{ micros: bigint }[]>`
      select sum(amount_micros)::bigint as micros from purchase
       where account_id = ${buyer.accountId} group by (created_at at time zone 'UTC')::date`
    for (const { micros } of days) expect(micros).toBeLessThanOrEqual(500_000_000n)
    const claimed = days.reduce((sum, { micros }) => sum + micros, 0n)
    const charged = (await charges()).reduce((sum, cents) => sum + cents, 0)
    expect(BigInt(charged) * 10_000n).toBe(claimed)
    expect(charged).toBeGreaterThanOrEqual(2_500 + 5 * 9_000)
  })
})
