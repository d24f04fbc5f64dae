import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { invariant } from '@/lib/kit/assert'
import { repetitions } from '../repetitions'
import { holdTestServer, type HeldTestServer } from '../test-server'
import { openArena, type Arena } from './open-arena'
import { runChaos } from './run-chaos'

let product: HeldTestServer | undefined
let arena: Arena | undefined

beforeAll(async () => {
  product = await holdTestServer({ folder: '.data/chaos-test-pg' })
  arena = await openArena({ product, stripe: inject('testServer') })
})
afterAll(async () => {
  await arena?.close()
  await product?.release()
})

it('loses nothing and doubles nothing when apps and worker are killed and PostgreSQL crashes under load', async () => {
  invariant(arena !== undefined, 'the arena is open')
  const seed = Date.now() % 4_294_967_296
  const lines: string[] = []
  const report = await runChaos(arena, {
    seed,
    kills: repetitions({ usual: 4, long: 60 }),
    restarts: repetitions({ usual: 1, long: 8 }),
    shoppers: repetitions({ usual: 3, long: 12 }),
    say: (text) => lines.push(text),
  })
  const { findings, experience, acknowledged } = report
  expect({ seed, findings, oddities: experience.oddities }, lines.join('\n')).toEqual({
    seed,
    findings: [],
    oddities: [],
  })
  expect(Math.min(acknowledged.purchases + acknowledged.checkouts, acknowledged.usage)).toBeGreaterThan(0)
}, 600_000)
