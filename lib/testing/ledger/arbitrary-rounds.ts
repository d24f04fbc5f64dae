import fc from 'fast-check'

/** One deed as it is drawn: numbers that are read against what the books hold when its round begins. */
export type Draw = Readonly<{
  kind:
    | 'deposit'
    | 'promotion'
    | 'allowance'
    | 'bundle'
    | 'spend'
    | 'batch'
    | 'clawback'
    | 'hold'
    | 'reversal'
    | 'expiry'
  amount: number
  /** Spends: exactly the balance plus -1, 0 or 1 instead of the amount; null: the amount. */
  boundary: -1 | 0 | 1 | null
  /** Spends: null is no limit. */
  limit: number | null
  /** Which earlier posting, counted from the newest. */
  pick: number
  priority: number
  /** Hours from now until the grant expires; null: never. */
  expiresIn: number | null
  /** Hours by which this deed's clock is ahead of the round's. */
  ahead: number
  /** Milliseconds between the fact and its booking. */
  late: number
  copies: number
  /** One copy more, with the same reference and another amount; a batch waits for no lock instead. */
  forged: boolean
  /** Batches: each spend at a `now` of its own. */
  hasOwnMoments: boolean
}>

const draw: fc.Arbitrary<Draw> = fc.record({
  kind: fc.constantFrom(
    'deposit',
    'promotion',
    'allowance',
    'bundle',
    'spend',
    'spend',
    'spend',
    'batch',
    'clawback',
    'clawback',
    'hold',
    'hold',
    'reversal',
    'reversal',
    'expiry',
  ),
  amount: fc.integer({ min: 1, max: 12 }),
  boundary: fc.option(fc.constantFrom(-1, 0, 1), { freq: 2 }),
  limit: fc.option(fc.integer({ min: 0, max: 6 }), { freq: 3 }),
  pick: fc.nat({ max: 6 }),
  priority: fc.constantFrom(0, 0, 0, 1),
  expiresIn: fc.option(fc.integer({ min: 1, max: 30 }), { freq: 3 }),
  ahead: fc.constantFrom(0, 0, 0, 1, 2),
  late: fc.constantFrom(0, 0, 1, 5000),
  copies: fc.integer({ min: 1, max: 4 }),
  forged: fc.boolean().map((forged) => forged),
  hasOwnMoments: fc.boolean(),
})

/** Rounds of deeds: a round's deeds, with all their copies, are called at the same time. Ten hours lie between rounds. */
export const arbitraryRounds: fc.Arbitrary<readonly (readonly Draw[])[]> = fc.array(
  fc.array(draw, { minLength: 1, maxLength: 4 }),
  { minLength: 2, maxLength: 9 },
)
