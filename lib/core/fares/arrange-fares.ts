import type { Fare, FareTable } from './fare'

/** Arranges all versions of all fares, in any order, for `rateUsage`. */
export function arrangeFares(fares: readonly Fare[]): FareTable {
  const versions = new Map<string, Fare[]>()
  for (const fare of fares) {
    const key = fareKey(fare.kind, fare.prefix)
    versions.set(key, [...(versions.get(key) ?? []), fare])
  }
  for (const list of versions.values()) {
    list.sort((a, b) => b.effectiveFrom.getTime() - a.effectiveFrom.getTime())
  }
  const lengths = new Set(fares.map(({ prefix }) => prefix.length))
  return { versions, prefixLengths: [...lengths].sort((a, b) => b - a) }
}

export function fareKey(kind: Fare['kind'], prefix: string): string {
  return kind + prefix
}
