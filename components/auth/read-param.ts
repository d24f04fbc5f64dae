export type SearchParams = Promise<Readonly<Record<string, string | string[] | undefined>>>

/** What the address says under this name, untrusted; null where it says nothing, or says it twice. */
export function readParam(params: Awaited<SearchParams>, name: string): string | null {
  const value = params[name]
  return typeof value === 'string' ? value : null
}
