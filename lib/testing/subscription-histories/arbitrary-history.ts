import fc from 'fast-check'
import type { Interval } from './oracle'

/** One thing that happens to a subscription. Numbers are picked from those held, wrapping round. */
export type Step =
  | Readonly<{ kind: 'pass'; days: number; seconds: number }>
  | Readonly<{ kind: 'buy'; declined: boolean }>
  | Readonly<{ kind: 'release'; pick: number }>
  | Readonly<{ kind: 'change'; declined: boolean; lateSeconds: number }>
  | Readonly<{ kind: 'cancel' | 'resume' }>

export type History = Readonly<{ interval: Interval; numbers: number; steps: readonly Step[] }>

const declined = fc.integer({ min: 0, max: 5 }).map((draw) => draw === 0)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      days: fc.constantFrom(0, 1, 3, 10, 15, 29, 31, 60, 200),
      seconds: fc.integer({ min: 0, max: 86_399 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('buy' as const), declined }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('release' as const), pick: fc.nat({ max: 9 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      declined,
      lateSeconds: fc.integer({ min: 0, max: 3_600 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('cancel' as const, 'resume' as const) }) },
)

export const arbitraryHistory: fc.Arbitrary<History> = fc.record({
  interval: fc.constantFrom('monthly' as const, 'monthly' as const, 'annual' as const),
  numbers: fc.integer({ min: 1, max: 4 }),
  steps: fc.array(step, { minLength: 3, maxLength: 10 }),
})
