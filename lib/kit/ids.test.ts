import { describe, expect, it } from 'vitest'
import { newId } from './ids'

describe('an id', () => {
  it('is its prefix and a ULID, and no two are the same, however many are made', () => {
    const ids = Array.from({ length: 2_000 }, () => newId('req'))
    expect(new Set(ids.map((id) => id.slice(-16))).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^req_[0-9A-HJKMNP-TV-Z]{26}$/)
  })

  it('sorts after one of an earlier millisecond', async () => {
    const earlier = newId('ord')
    await expect.poll(() => newId('ord').slice(0, 14), { interval: 1 }).not.toBe(earlier.slice(0, 14))
    expect(newId('ord') > earlier).toBe(true)
  })
})
