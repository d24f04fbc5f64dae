import { expect, it } from 'vitest'
import { viewOf } from './view-of'

it.each([
  ['/billing', 'GET /billing'],
  ['/activity?from=2026-01-01&kind=usage', 'GET /activity'],
  ['/invitation?token=secret', 'GET /invitation'],
  ['/pay/secret', 'GET /pay/…'],
  ['/pay/secret/and/more', 'GET /pay/…'],
  ['', 'GET '],
  [`/${'a'.repeat(400)}`, `GET /${'a'.repeat(299)}`],
])('%s is left behind as %s', (path, view) => {
  expect(viewOf('GET', path)).toBe(view)
})
