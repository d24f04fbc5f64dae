type Counted = Readonly<{
  /** The address of the list, without a query. */
  path: string
  /** What each page's address carries beside its number. */
  query: Readonly<Record<string, string>>
  page: number
  perPage: number
  /** On all pages. */
  total: number
}>

type Link = Readonly<{ url: string | null; label: string; active: boolean }>

/** How many pages are linked on each side of the current one, and at both ends of a long list. */
const ON_EACH_SIDE = 3
const AT_ENDS = 2
/** Within so many pages of an end, that end is linked as a whole. */
const NEAR = ON_EACH_SIDE + 4
/** Up to here every page is linked. */
const SHORT_LIST_MAX = ON_EACH_SIDE * 2 + 7

/** A page of a list with everything that Laravel's paginator says of it, in its order. */
export function paginate<Item>(data: Item[], { path, query, page, perPage, total }: Counted) {
  const last = Math.max(1, Math.ceil(total / perPage))
  const from = (page - 1) * perPage + 1
  const isEmpty = data.length === 0
  const urlOf = (number: number) =>
    `${path}?${new URLSearchParams({ ...query, page: String(number) }).toString()}`
  const previous = page > 1 ? urlOf(page - 1) : null
  const next = page < last ? urlOf(page + 1) : null
  const pages = linkedPages(page, last).map((number): Link => {
    if (number === null) return { url: null, label: '...', active: false }
    return { url: urlOf(number), label: String(number), active: number === page }
  })
  return {
    current_page: page,
    data,
    first_page_url: urlOf(1),
    from: isEmpty ? null : from,
    last_page: last,
    last_page_url: urlOf(last),
    links: [
      { url: previous, label: '&laquo; Previous', active: false },
      ...pages,
      { url: next, label: 'Next &raquo;', active: false },
    ],
    next_page_url: next,
    path,
    per_page: perPage,
    prev_page_url: previous,
    to: isEmpty ? null : from + data.length - 1,
    total,
  }
}

/** The numbers of the pages that are linked; null where some are left out. */
function linkedPages(page: number, last: number): readonly (number | null)[] {
  if (last <= SHORT_LIST_MAX) return range(1, last)
  const start = range(1, AT_ENDS)
  const end = range(last - AT_ENDS + 1, last)
  if (page <= NEAR) return [...range(1, NEAR + ON_EACH_SIDE), null, ...end]
  if (page > last - NEAR) return [...start, null, ...range(last - NEAR - ON_EACH_SIDE + 1, last)]
  return [...start, null, ...range(page - ON_EACH_SIDE, page + ON_EACH_SIDE), null, ...end]
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
