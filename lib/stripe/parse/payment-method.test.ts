import { describe, expect, it } from 'vitest'
import { parseDefaultPaymentMethod, parsePaymentMethods } from './payment-method'

const card = (id: string, created: number) => ({
  id,
  type: 'card',
  created,
  card: { brand: 'visa', last4: '4242', exp_month: 4, exp_year: 2027 },
})

describe('parsePaymentMethods', () => {
  it('puts the default first, then the newest', () => {
    const methods = parsePaymentMethods([card('pm_a', 1), card('pm_b', 3), card('pm_c', 2)], 'pm_a')
    expect(methods.map(({ id, isDefault }) => [id, isDefault])).toEqual([
      ['pm_a', true],
      ['pm_b', false],
      ['pm_c', false],
    ])
  })

  it("keeps Stripe's own order among those of the same second", () => {
    const ids = (list: readonly unknown[]) => parsePaymentMethods(list, null).map((method) => method.id)
    expect(ids([card('pm_b', 1), card('pm_a', 1)])).toEqual(['pm_b', 'pm_a'])
  })

  it('keeps every type, with the e-mail where the type has one', () => {
    const methods = parsePaymentMethods(
      [
        { id: 'pm_1', type: 'link', created: 5, link: { email: 'user@example.com' } },
        { id: 'pm_2', type: 'paypal', created: 4, paypal: { payer_email: 'payer@example.com' } },
        { id: 'pm_3', type: 'made_up_later', created: 3, made_up_later: {} },
        card('pm_4', 2),
      ],
      null,
    )
    expect(methods.map(({ type, card: found, email }) => [type, found?.last4 ?? null, email])).toEqual([
      ['link', null, 'user@example.com'],
      ['paypal', null, 'payer@example.com'],
      ['made_up_later', null, null],
      ['card', '4242', null],
    ])
  })
})

describe('parseDefaultPaymentMethod', () => {
  it.each([
    [{ invoice_settings: { default_payment_method: 'pm_1' } }, 'pm_1'],
    [{ invoice_settings: { default_payment_method: { id: 'pm_2' } } }, 'pm_2'],
    [{ invoice_settings: { default_payment_method: null } }, null],
    [{ id: 'cus_1', deleted: true }, null],
  ])('of %j is %s', (customer, expected) => {
    expect(parseDefaultPaymentMethod(customer)).toBe(expected)
  })
})
