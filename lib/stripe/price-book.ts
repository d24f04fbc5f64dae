import type { Alarm } from './alarm'
import { isMisconfigured } from './map-error'
import type { Prices } from './parse/price'

const FRESH_MS = 60_000
/** A catalogue that is not set up stays so for a while. */
const MISCONFIGURED_MS = 10_000

export type PriceBook = { read(): Promise<Prices> }

/**
 * The prices, asked of Stripe at most once in 60 seconds of real time by this process and by one caller at a time;
 * callers meanwhile share the answer. That they are not set up is kept for ten seconds and raises the alarm; any other
 * failure is not kept.
 */
export function createPriceBook(
  load: () => Promise<Prices>,
  alarm: Alarm,
  realNow: () => number = Date.now,
): PriceBook {
  let known: { prices: Promise<Prices>; freshUntil: number } | null = null
  return {
    read: () => {
      if (known !== null && realNow() < known.freshUntil) return known.prices
      const entry = { prices: load(), freshUntil: realNow() + FRESH_MS }
      known = entry
      entry.prices.catch((error: unknown) => {
        if (isMisconfigured(error)) {
          alarm('prices', { internal: error.internal }, 'Stripe is not set up for this installation')
          entry.freshUntil = realNow() + MISCONFIGURED_MS
        } else if (known === entry) known = null
      })
      return entry.prices
    },
  }
}
