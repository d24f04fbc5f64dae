import { expect, test } from 'vitest'
import { currentEntry } from './current-entry'

const ENTRIES = ['/billing', '/activity', '/billing/invoices'] as const

test.each([
  ['/billing', '/billing'],
  ['/billing/return', '/billing'],
  ['/billing/invoices', '/billing/invoices'],
  ['/billing/invoices/in_1', '/billing/invoices'],
  ['/activity', '/activity'],
  ['/activities', null],
  ['/', null],
])('%s lies under %s', (path, entry) => {
  expect(currentEntry(ENTRIES, path)).toBe(entry)
})
