import Stripe from 'stripe'
import { afterEach, describe, expect, it } from 'vitest'
import { AGAINST_STRIPE, useStripeContract } from '@/lib/testing/use-stripe-contract'
import { refusal } from './scenes'

const contract = useStripeContract()
const unique = () => `fault-${crypto.randomUUID()}`

// Stripe does not fail on request.
describe.skipIf(AGAINST_STRIPE)('a planned fault', () => {
  afterEach(() => contract.control('DELETE', 'faults'))

  const plan = (kind: string, times = 1) =>
    contract.control('POST', 'faults', { requests: [{ method: 'POST', path: '/v1/customers', kind, times }] })
  const named = async (name: string) => {
    const { data } = await contract.stripe.customers.list({ limit: 100 })
    return data.filter((customer) => customer.name === name)
  }
  const create = (name: string, options: { timeout?: number } = {}) =>
    contract.client(options).customers.create({ name }, { idempotencyKey: name })

  it.each([
    ['401', { statusCode: 401, type: 'StripeAuthenticationError', code: 'api_key_expired' }],
    ['429', { statusCode: 429, type: 'StripeRateLimitError' }],
    ['409', { statusCode: 409, code: 'lock_timeout' }],
    ['500', { statusCode: 500, type: 'StripeAPIError' }],
  ])('of kind %s strikes before anything is done, and the key stays free', async (kind, error) => {
    const name = unique()
    await plan(kind)
    expect(await refusal(create(name))).toMatchObject(error)
    expect(await named(name)).toEqual([])
    expect(await create(name)).toMatchObject({ name })
  })

  it('of kind 500-after does the deed, and its key replays the 500 for ever', async () => {
    const name = unique()
    await plan('500-after')
    expect(await refusal(create(name))).toMatchObject({ statusCode: 500 })
    expect(await refusal(create(name))).toMatchObject({ statusCode: 500 })
    expect(await named(name)).toHaveLength(1)
  })

  it('of kind timeout-after does the deed and never answers; the key then gives what was made', async () => {
    const name = unique()
    await plan('timeout-after')
    await expect(create(name, { timeout: 400 })).rejects.toBeInstanceOf(Stripe.errors.StripeConnectionError)
    const [made] = await named(name)
    expect((await create(name)).id).toBe(made?.id)
  })

  it.each(['reset-after', 'truncate'])('of kind %s does the deed and cuts the connection', async (kind) => {
    const name = unique()
    // Twice, since the SDK sends a request again by itself when its connection is cut.
    await plan(kind, 2)
    await expect(create(name)).rejects.toBeInstanceOf(Stripe.errors.StripeConnectionError)
    await contract.control('DELETE', 'faults')
    const made = await named(name)
    expect(made).toHaveLength(1)
    expect((await create(name)).id).toBe(made[0]?.id)
  })

  it('of kind reset-before cuts the connection and does nothing', async () => {
    const name = unique()
    await plan('reset-before', 2)
    await expect(create(name)).rejects.toBeInstanceOf(Stripe.errors.StripeConnectionError)
    expect(await named(name)).toEqual([])
  })

  it('strikes only the method and path it names, as often as it says', async () => {
    await contract.control('POST', 'faults', {
      requests: [{ method: 'POST', path: '/v1/customers/:id', kind: '500', times: 2 }],
    })
    const { stripe } = contract
    const { id } = await stripe.customers.create({ name: 'Ada' })
    expect((await stripe.customers.retrieve(id)).id).toBe(id)
    expect(await refusal(stripe.customers.update(id, { name: 'B' }))).toMatchObject({ statusCode: 500 })
    expect(await refusal(stripe.customers.update(id, { name: 'B' }))).toMatchObject({ statusCode: 500 })
    expect(await stripe.customers.update(id, { name: 'B' })).toMatchObject({ name: 'B' })
  })

  it('by chance is the same for the same seed', async () => {
    const outcomes = async () => {
      await contract.control('DELETE', 'faults')
      await contract.control('POST', 'faults', { seed: 1 })
      await contract.control('POST', 'faults', { seed: 42, rates: { '500': 0.5 } })
      const statuses: number[] = []
      for (let round = 0; round < 12; round++)
        statuses.push((await contract.send('GET', '/v1/customers')).status)
      return statuses
    }
    const first = await outcomes()
    expect(new Set(first)).toEqual(new Set([200, 500]))
    expect(await outcomes()).toEqual(first)
  })

  it('of latency holds back every answer of the API, and no other', async () => {
    await contract.control('POST', 'faults', { latencyMs: 150 })
    const before = performance.now()
    await contract.stripe.customers.list()
    expect(performance.now() - before).toBeGreaterThanOrEqual(150)
    const { latencyMs } = await contract.control<{ latencyMs: number }>('GET', 'faults')
    expect(latencyMs).toBe(150)
  })

  it('that makes no sense is refused, and browsers are kept out', async () => {
    const wrong = await fetch(`${contract.url}/_emulator/faults`, { method: 'POST', body: '{"latency":1}' })
    expect(wrong.status).toBe(400)
    const page = await fetch(`${contract.url}/_emulator/reset`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    })
    expect(page.status).toBe(403)
  })

  it('is told by the log of requests, which names no parameter', async () => {
    const name = unique()
    await contract.control('DELETE', 'requests')
    await plan('500')
    await refusal(create(name))
    const { requests } = await contract.control<{ requests: object[] }>('GET', 'requests')
    expect(requests).toMatchObject([
      {
        method: 'POST',
        path: '/v1/customers',
        idempotencyKey: name,
        status: 500,
        replayed: false,
        fault: '500',
      },
    ])
  })
})
