/** Of the entries the one that the path lies under, the closest where one lies under another; null for none. */
export function currentEntry<Href extends string>(entries: readonly Href[], path: string): Href | null {
  const above = entries.filter((href) => path === href || path.startsWith(`${href}/`))
  return above.toSorted((a, b) => b.length - a.length)[0] ?? null
}
