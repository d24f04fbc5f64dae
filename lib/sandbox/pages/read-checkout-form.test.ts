import { describe, expect, test } from 'vitest'
import type { CheckoutView } from '../page-port'
import { readCheckoutForm } from './read-checkout-form'
import { createMemoryPort, NOW_SECONDS } from './testing/memory-port'

const NEW_CARD = {
  amount: '25.00',
  email: ' ada@example.com ',
  source: 'new-card',
  number: '4242 4242 4242 4242',
  expiry: '12 / 30',
  cvc: '123',
  name: ' Ada Example ',
}

const SAVED_CARD = { id: 'pm_1', brand: 'visa', last4: '4242', expMonth: 12, expYear: 2030 }

function read(fields: Record<string, string>, view: Partial<CheckoutView> = {}) {
  const { checkout } = createMemoryPort({ checkout: view })
  return readCheckoutForm(new URLSearchParams(fields), checkout, NOW_SECONDS)
}

function errorsOf(fields: Record<string, string>, view: Partial<CheckoutView> = {}) {
  const reading = read(fields, view)
  return reading.ok ? [] : reading.errors.map((error) => error.field)
}

describe('readCheckoutForm with a new card', () => {
  test('reads the whole submission', () => {
    expect(read({ ...NEW_CARD, save: 'on', authentication: 'approved' })).toEqual({
      ok: true,
      submission: {
        sessionId: 'cs_test_a1b2',
        amountCents: 2_500,
        email: 'ada@example.com',
        authentication: 'approved',
        source: {
          kind: 'new-card',
          number: '4242424242424242',
          expMonth: 12,
          expYear: 2030,
          cvc: '123',
          name: 'Ada Example',
          save: true,
        },
      },
    })
  })

  test('tells every mistake at once', () => {
    expect(errorsOf({ source: 'new-card' })).toEqual(['amount', 'email', 'number', 'expiry', 'cvc', 'name'])
  })

  test.each([
    ['number', '4242424242424241', 'a wrong check digit'],
    ['number', '42424242', 'too few digits'],
    ['number', '4242x4242y4242z4242', 'letters'],
    ['expiry', '13 / 30', 'a thirteenth month'],
    ['expiry', '10 / 26', 'last month'],
    ['expiry', 'soon', 'no date'],
    ['cvc', '12', 'two digits'],
    ['cvc', '12a', 'a letter'],
    ['email', 'ada@', 'half an address'],
    ['amount', '4.99', 'less than the price allows'],
    ['name', ' ', 'a blank name'],
  ])('refuses %s %j: %s', (field, value) => {
    expect(errorsOf({ ...NEW_CARD, [field]: value })).toEqual([field])
  })

  test.each(['11/26', '1126', '11 / 2026'])('takes %j, which ends with this month', (expiry) => {
    expect(errorsOf({ ...NEW_CARD, expiry })).toEqual([])
  })

  test('asks for no amount where the price fixes it, and saves only where that was offered', () => {
    const reading = read({ ...NEW_CARD, amount: '99', save: 'on' }, { customAmount: null, offerSave: false })
    expect(reading).toMatchObject({ ok: true, submission: { amountCents: null, source: { save: false } } })
  })

  test("keeps the customer's known e-mail address whatever the browser sent", () => {
    const reading = read({ ...NEW_CARD, email: 'mallory@example.com' }, { email: 'ada@example.com' })
    expect(reading).toMatchObject({ ok: true, submission: { email: 'ada@example.com' } })
  })

  test('refuses an answer of the bank that the page does not offer', () => {
    expect(errorsOf({ ...NEW_CARD, authentication: 'skipped' })).toEqual(['authentication'])
  })
})

describe('readCheckoutForm with a saved card', () => {
  const fields = { amount: '25', email: 'ada@example.com', source: 'pm_1' }

  test('reads which card pays', () => {
    expect(read(fields, { savedCards: [SAVED_CARD] })).toMatchObject({
      ok: true,
      submission: { source: { kind: 'saved-card', paymentMethodId: 'pm_1' }, authentication: 'none' },
    })
  })

  test('refuses a card that the page did not offer', () => {
    expect(errorsOf({ ...fields, source: 'pm_2' }, { savedCards: [SAVED_CARD] })).toEqual(['source'])
    expect(errorsOf({ ...fields, source: '' })).toEqual(['source'])
  })
})
