import { describe, expect, it } from 'vitest'
import { useCheckoutStarts } from '@/lib/testing/use-checkout-starts'

const { database, stripe, open, start, ordersOf } = useCheckoutStarts()

describe('the Idempotency-Key of startCreditsCheckout', () => {
  it('answers the same request with the first answer, without asking Stripe again', async () => {
    const account = await open()
    const first = await start(account.owner, { idempotencyKey: 'k1' })
    await stripe.forgetRequests()
    expect(await start(account.owner, { idempotencyKey: 'k1' })).toEqual(first)
    expect(await stripe.requests()).toEqual([])
    expect(await ordersOf(account)).toHaveLength(1)
  })

  it('refuses another request with it', async () => {
    const account = await open()
    await start(account.owner, { idempotencyKey: 'k1' })
    await expect(
      start(account.owner, { idempotencyKey: 'k1', returnUrl: 'https://partner.example/' }),
    ).rejects.toMatchObject({ code: 'idempotency_key_reused' })
    expect(await ordersOf(account)).toHaveLength(1)
  })

  it('lets one of many at once through; the others hear that it runs, or what it answered', async () => {
    const account = await open()
    await start(account.owner)
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () =>
        start(account.owner, { idempotencyKey: 'k1' }).then(
          ({ clientSecret }) => clientSecret,
          (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
        ),
      ),
    )
    const secrets = new Set(outcomes.filter((outcome) => outcome !== 'in_flight'))
    expect(secrets.size).toBe(1)
    expect(await ordersOf(account)).toHaveLength(2)
  })

  it('is taken up again after the lease of a process that died, with the same order', async () => {
    const account = await open()
    const first = await start(account.owner, { idempotencyKey: 'k1' })
    await database.db.sql`
      update idempotency_record set answer = null, leased_until = now() + interval '1 minute'
       where account_id = ${account.accountId}`
    await expect(start(account.owner, { idempotencyKey: 'k1' })).rejects.toMatchObject({
      code: 'in_flight',
      retryAfterSeconds: 5,
    })
    await database.db.sql`
      update idempotency_record set leased_until = now() where account_id = ${account.accountId}`
    expect(await start(account.owner, { idempotencyKey: 'k1' })).toEqual(first)
    expect(await ordersOf(account)).toHaveLength(1)
  })

  it('stands for a new request after 24 hours', async () => {
    const account = await open()
    const first = await start(account.owner, { idempotencyKey: 'k1' })
    await database.db.sql`
      update idempotency_record set created_at = now() - interval '25 hours' where account_id = ${account.accountId}`
    expect(await start(account.owner, { idempotencyKey: 'k1' })).not.toEqual(first)
    expect(await ordersOf(account)).toHaveLength(2)
  })

  it('belongs to one account', async () => {
    const [account, other] = await Promise.all([open(), open()])
    const [mine, theirs] = await Promise.all([
      start(account.owner, { idempotencyKey: 'k1' }),
      start(other.owner, { idempotencyKey: 'k1' }),
    ])
    expect(mine).not.toEqual(theirs)
  })
})
