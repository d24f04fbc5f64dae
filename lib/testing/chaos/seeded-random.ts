/** Chance that can be repeated: the same seed, the same draws. */
export type Random = Readonly<{
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number
  chance(share: number): boolean
  pick<T>(items: readonly T[]): T
  shuffled<T>(items: readonly T[]): T[]
  /** Another, which draws on its own. */
  fork(): Random
}>

/** mulberry32. For tests, never for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const draw = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (min: number, max: number): number => min + Math.floor(draw() * (max - min + 1))
  return {
    between,
    chance: (share) => draw() < share,
    pick: (items) => {
      const picked = items[between(0, items.length - 1)]
      if (picked === undefined) throw new Error('There is nothing to pick from.')
      return picked
    },
    shuffled: (items) =>
      items
        .map((item) => ({ item, rank: draw() }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ item }) => item),
    fork: () => seededRandom(between(0, 4_294_967_295)),
  }
}
