import { describe, expect, it } from 'vitest'
import { paginate } from './paginate'

const PATH = 'https://app.talktime.example/v1/credits/transactions'
const list = (page: number, perPage: number, total: number) => {
  const count = Math.max(0, Math.min(perPage, total - (page - 1) * perPage))
  return paginate(
    Array.from({ length: count }, (_, index) => index),
    {
      path: PATH,
      query: { per_page: String(perPage) },
      page,
      perPage,
      total,
    },
  )
}
const labels = (page: number, pages: number) =>
  list(page, 1, pages)
    .links.map(({ label }) => label)
    .slice(1, -1)

describe('paginate', () => {
  it('says everything of a page in the middle', () => {
    expect(list(2, 20, 45)).toEqual({
      current_page: 2,
      data: Array.from({ length: 20 }, (_, index) => index),
      first_page_url: `${PATH}?per_page=20&page=1`,
      from: 21,
      last_page: 3,
      last_page_url: `${PATH}?per_page=20&page=3`,
      links: [
        { url: `${PATH}?per_page=20&page=1`, label: '&laquo; Previous', active: false },
        { url: `${PATH}?per_page=20&page=1`, label: '1', active: false },
        { url: `${PATH}?per_page=20&page=2`, label: '2', active: true },
        { url: `${PATH}?per_page=20&page=3`, label: '3', active: false },
        { url: `${PATH}?per_page=20&page=3`, label: 'Next &raquo;', active: false },
      ],
      next_page_url: `${PATH}?per_page=20&page=3`,
      path: PATH,
      per_page: 20,
      prev_page_url: `${PATH}?per_page=20&page=1`,
      to: 40,
      total: 45,
    })
  })

  it('has one page, and none before or after it, where there is nothing', () => {
    expect(list(1, 20, 0)).toMatchObject({
      data: [],
      from: null,
      to: null,
      last_page: 1,
      next_page_url: null,
      prev_page_url: null,
    })
  })

  it('is empty beyond the last page', () => {
    expect(list(9, 20, 45)).toMatchObject({
      current_page: 9,
      data: [],
      from: null,
      to: null,
      next_page_url: null,
    })
  })

  it('ends exactly with the last item', () => {
    expect(list(2, 20, 40)).toMatchObject({ last_page: 2, from: 21, to: 40, next_page_url: null })
  })

  it.each([
    [1, 13, '1 2 3 4 5 6 7 8 9 10 11 12 13'],
    [1, 14, '1 2 3 4 5 6 7 8 9 10 ... 13 14'],
    [7, 20, '1 2 3 4 5 6 7 8 9 10 ... 19 20'],
    [8, 20, '1 2 ... 5 6 7 8 9 10 11 ... 19 20'],
    [13, 20, '1 2 ... 10 11 12 13 14 15 16 ... 19 20'],
    [14, 20, '1 2 ... 11 12 13 14 15 16 17 18 19 20'],
    [20, 20, '1 2 ... 11 12 13 14 15 16 17 18 19 20'],
  ])('of page %d of %d links %s', (page, pages, linked) => {
    expect(labels(page, pages).join(' ')).toBe(linked)
  })
})
