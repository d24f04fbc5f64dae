import fc from 'fast-check'
import { test } from 'vitest'
import { runReturns, type Deed } from '@/lib/testing/refunds/run-returns'
import { repetitions } from '@/lib/testing/repetitions'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const suite = useTestDatabase()
const SEQUENCES = repetitions({ usual: 25, long: 2_000 })

const deed: fc.Arbitrary<Deed> = fc.record({
  kind: fc.constantFrom(
    'pay',
    'pay',
    'spend',
    'spend',
    'refund',
    'refund',
    'dispute',
    'warn',
    'change',
    'change',
    'change',
    'hear',
  ),
  payment: fc.nat(1),
  micros: fc.integer({ min: 1, max: 40 }),
  effect: fc.constantFrom('claws', 'holds', 'none'),
  pick: fc.nat(9),
  isBundle: fc.boolean(),
})

const rounds = fc.array(fc.array(deed, { minLength: 2, maxLength: 6 }), { minLength: 2, maxLength: 7 })

test(
  `${SEQUENCES} random histories of payments and what takes them back end where Stripe says`,
  { timeout: 3_600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(rounds, (drawn) => runReturns(suite, drawn)),
      { numRuns: SEQUENCES },
    )
  },
)
