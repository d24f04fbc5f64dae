import { expect, it } from 'vitest'
import { addressWords } from './address-words'

it.each([
  ['GET', '/billing', 'Billing'],
  ['POST', '/activity', 'Activity, a request of the page'],
  ['GET', '/billing/invoices/in_1', 'Invoice in_1'],
  ['GET', '/api/v1/billing', 'GET /api/v1/billing'],
  ['POST', '/api/v1/billing/checkout/credits', 'POST /api/v1/billing/checkout/credits'],
  ['GET', '/constructor', 'GET /constructor'],
])('%s %s is called %s', (method, path, words) => {
  expect(addressWords(method, path)).toBe(words)
})
