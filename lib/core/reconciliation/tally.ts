import type { Checked } from './checked'

/** How much was compared, and what came of it. */
export type Tally = Readonly<{
  compared: number
  /** Those that differed at first; what is none of ours does not count. */
  found: number
  /** Those of them that were put right. */
  repaired: number
  /** Payments of which no event ever told. */
  unheard: number
}>

export const EMPTY_TALLY: Tally = { compared: 0, found: 0, repaired: 0, unheard: 0 }

/** One object by what came of it. */
export function tallyOf(checked: Checked): Tally {
  const found = checked === 'repaired' || checked === 'differs' ? 1 : 0
  return { compared: 1, found, repaired: checked === 'repaired' ? 1 : 0, unheard: 0 }
}

export function addTallies(one: Tally, other: Tally): Tally {
  return {
    compared: one.compared + other.compared,
    found: one.found + other.found,
    repaired: one.repaired + other.repaired,
    unheard: one.unheard + other.unheard,
  }
}
