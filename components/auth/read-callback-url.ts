export type SearchParams = Promise<Readonly<Record<string, string | string[] | undefined>>>

/** Where the page wants to go after signing in, as asked: the action judges it. Null where nothing was asked. */
export function readCallbackUrl(params: Awaited<SearchParams>): string | null {
  const value = params['callbackUrl']
  return typeof value === 'string' ? value : null
}
