import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLimiter, type CallPriority, type ClaimCalls } from './limiter'

const PATIENCE = { read: 1_000, purchase: 5_000 }
const ENDPOINT = 'GET /v1/prices'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('createLimiter', () => {
  it('asks once for all who wait, and admits as many as were granted', async () => {
    const budget = bucket([2, 1])
    const limiter = createLimiter(budget.claim, PATIENCE)
    const admitted: string[] = []
    const waiting = ['a', 'b', 'c'].map((name) =>
      limiter.acquire(ENDPOINT, 'read').then(() => admitted.push(name)),
    )
    await vi.advanceTimersByTimeAsync(0)
    expect(admitted).toEqual(['a', 'b'])
    await vi.advanceTimersByTimeAsync(200)
    await Promise.all(waiting)
    expect(admitted).toEqual(['a', 'b', 'c'])
    expect(budget.asked).toEqual([
      ['read', 3],
      ['read', 1],
    ])
  })

  it('serves purchases before reads that waited longer', async () => {
    const budget = bucket([0, 1, 0, 1])
    const limiter = createLimiter(budget.claim, PATIENCE)
    const admitted: CallPriority[] = []
    const read = limiter.acquire(ENDPOINT, 'read').then(() => admitted.push('read'))
    const purchase = limiter.acquire(ENDPOINT, 'purchase').then(() => admitted.push('purchase'))
    await vi.advanceTimersByTimeAsync(500)
    await Promise.all([read, purchase])
    expect(admitted).toEqual(['purchase', 'read'])
  })

  it('refuses whoever would have to wait beyond their patience, with a time to come back', async () => {
    const limiter = createLimiter(bucket([]).claim, PATIENCE)
    const outcome = limiter.acquire(ENDPOINT, 'read').catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(PATIENCE.read + 200)
    await expect(outcome).resolves.toMatchObject({
      code: 'payment_provider_unavailable',
      retryAfterSeconds: 1,
    })
  })

  it('is patient with purchases', async () => {
    const budget = bucket(Array<number>(20).fill(0).concat([1]))
    const limiter = createLimiter(budget.claim, PATIENCE)
    const admitted = limiter.acquire(ENDPOINT, 'purchase').then(() => true)
    await vi.advanceTimersByTimeAsync(PATIENCE.purchase)
    await expect(admitted).resolves.toBe(true)
  })

  it('passes on why the budget could not be asked, and works again afterwards', async () => {
    let fails = true
    const limiter = createLimiter(() => {
      if (fails) return Promise.reject(new Error('no database'))
      return Promise.resolve({ granted: 1, waitMs: 0 })
    }, PATIENCE)
    await expect(limiter.acquire(ENDPOINT, 'read')).rejects.toThrow('no database')
    fails = false
    await expect(limiter.acquire(ENDPOINT, 'read')).resolves.toBeUndefined()
  })

  it('lets endpoints wait independently of each other', async () => {
    const claim: ClaimCalls = (endpoint, wanted) =>
      Promise.resolve({ granted: endpoint === ENDPOINT ? 0 : wanted, waitMs: 100 })
    const limiter = createLimiter(claim, PATIENCE)
    const stuck = limiter.acquire(ENDPOINT, 'read').catch(() => 'refused')
    await expect(limiter.acquire('GET /v1/events', 'read')).resolves.toBeUndefined()
    await vi.advanceTimersByTimeAsync(PATIENCE.read + 200)
    await expect(stuck).resolves.toBe('refused')
  })
})

/** A budget that grants these numbers one after the other, then nothing. */
function bucket(grants: readonly number[]) {
  const left = [...grants]
  const asked: [CallPriority, number][] = []
  const claim: ClaimCalls = async (_endpoint, wanted, priority) => {
    asked.push([priority, wanted])
    await Promise.resolve()
    return { granted: Math.min(wanted, left.shift() ?? 0), waitMs: 50 }
  }
  return { claim, asked }
}
