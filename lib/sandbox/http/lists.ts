import type { Body, Kind } from '../store/kinds'
import type { CreatedRange, Filters, ListQuery } from '../store/store'
import type { Unit } from '../store/unit'
import { invalidParameter, missingResource } from './api-error'
import { integer, text } from './fields'

/** The parameters every list takes. */
export const PAGE = { limit: integer({ min: 1, max: 100 }), starting_after: text(), ending_before: text() }

export type Page = Readonly<{
  limit: number | undefined
  starting_after: string | undefined
  ending_before: string | undefined
}>

export type ListBody<T> = { object: 'list'; url: string; has_more: boolean; data: T[] }

type Options = Readonly<{ filters?: Filters; created?: CreatedRange | undefined; url: string }> &
  Pick<ListQuery, 'without' | 'anyOf'>

/** One page of stored objects, newest first. @throws ApiError where the cursor names nothing. */
export async function listObjects<K extends Kind>(
  unit: Unit,
  kind: K,
  page: Page,
  options: Options,
): Promise<ListBody<Body<K>>> {
  refuseTwoCursors(page)
  const limit = page.limit ?? 10
  for (const param of ['starting_after', 'ending_before'] as const) {
    const id = page[param]
    if (id !== undefined && (await unit.row(kind, id)) === null) throw missingResource(kind, id, param)
  }
  const found = await unit.list(kind, {
    filters: options.filters,
    without: options.without,
    anyOf: options.anyOf,
    created: options.created,
    limit: limit + 1,
    startingAfter: page.starting_after,
    endingBefore: page.ending_before,
  })
  const backwards = page.ending_before !== undefined
  const data = backwards ? found.slice(-limit) : found.slice(0, limit)
  return { object: 'list', url: options.url, has_more: found.length > limit, data }
}

/** One page of things that are kept inside another object, in their own order. */
export function listInside<T extends { id: string }>(
  all: readonly T[],
  page: Page,
  url: string,
): ListBody<T> {
  refuseTwoCursors(page)
  const limit = page.limit ?? 10
  const position = (id: string, param: string): number => {
    const index = all.findIndex((item) => item.id === id)
    if (index < 0) throw missingResource('line item', id, param)
    return index
  }
  const { starting_after: after, ending_before: before } = page
  const end = before === undefined ? all.length : position(before, 'ending_before')
  const first = before === undefined ? 0 : Math.max(0, end - limit)
  const start = after === undefined ? first : position(after, 'starting_after') + 1
  const data = all.slice(start, Math.min(end, start + limit))
  const hasMore = before === undefined ? start + data.length < all.length : start > 0
  return { object: 'list', url, has_more: hasMore, data }
}

function refuseTwoCursors(page: Page): void {
  if (page.starting_after !== undefined && page.ending_before !== undefined) {
    throw invalidParameter('You cannot use both starting_after and ending_before.', 'starting_after')
  }
}
