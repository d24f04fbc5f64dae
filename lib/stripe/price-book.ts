import type { Prices } from './parse/price'

const FRESH_MS = 60_000

export type PriceBook = { read(): Promise<Prices> }

/**
 * The prices, asked of Stripe at most once in 60 seconds of real time by this process and by one caller at a time;
 * callers meanwhile share the answer. A failure is not kept.
 */
export function createPriceBook(load: () => Promise<Prices>, realNow: () => number = Date.now): PriceBook {
  let known: { prices: Promise<Prices>; freshUntil: number } | null = null
  return {
    read: () => {
      if (known !== null && realNow() < known.freshUntil) return known.prices
      const entry = { prices: load(), freshUntil: realNow() + FRESH_MS }
      known = entry
      entry.prices.catch(() => {
        if (known === entry) known = null
      })
      return entry.prices
    },
  }
}
