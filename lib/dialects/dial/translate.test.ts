import { readFileSync } from 'node:fs'
import Ajv2020 from 'ajv/dist/2020'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import type { Billing } from '@/lib/core/wallets/get-billing'
import { usd, usdFromCents } from '@/lib/kit/money'
import { billingResponse } from './contract'
import { presentBilling } from './translate'

const published: unknown = source('dial-billing.response.json')
const billing: Billing = {
  balance: usdFromCents(23_500),
  numbersReleaseAt: null,
  subscription: {
    periodStart: new Date('2024-04-01T00:00:00Z'),
    periodEnd: new Date('2024-05-01T00:00:00Z'),
    quantity: 3,
    interval: 'monthly',
    cancelAtPeriodEnd: false,
  },
  numbers: [
    { id: 'num_01F8ZJ2X9Y7K8QW3R4T5V6B7N8', number: '+14155550123', nickname: 'Support line', mode: 'FIXED' },
    { id: 'num_02G9YK3Z0A8L9RX4S5U6W7X8Y9', number: '+14155550987', nickname: 'Sales', mode: 'PAYG' },
  ],
  deposits: [
    {
      createdAt: new Date('2024-04-10T15:45:00.999Z'),
      amount: usdFromCents(5_000),
      kind: 'card',
      invoiceId: 'in_1QabcdEFghij',
    },
    {
      createdAt: new Date('2024-03-01T12:00:00Z'),
      amount: usdFromCents(1_000),
      kind: 'welcome',
      invoiceId: null,
    },
  ],
  pricing: { monthly: usdFromCents(1_200), annual: usdFromCents(12_000) },
  paymentMethods: [
    {
      id: 'pm_1F8ZJ2X9Y7K8QW3R',
      type: 'card',
      card: { brand: 'visa', last4: '4242', expMonth: 4, expYear: 2027 },
      email: null,
      isDefault: true,
      createdAt: new Date('2024-03-01T12:00:00Z'),
    },
    {
      id: 'pm_2G9YK3Z0A8L9RX4S',
      type: 'link',
      card: null,
      email: 'user@example.com',
      isDefault: false,
      createdAt: new Date('2024-03-02T12:00:00Z'),
    },
  ],
  recentUsage: [
    {
      occurredAt: new Date('2024-04-11T08:00:01.500Z'),
      fareName: 'Outbound call',
      number: '+14155550123',
      billedQuantity: 3,
      total: usd(12_345n),
      attribution: 'wallet',
    },
  ],
}

describe('presentBilling', () => {
  it('says the published example byte for byte, but for our two additions', () => {
    const { numbersReleaseAt, recentUsage, ...rest } = presentBilling(billing)
    expect(JSON.stringify(rest)).toBe(JSON.stringify(published))
    expect(numbersReleaseAt).toBeNull()
    expect(recentUsage).toEqual([
      {
        occurredAt: '2024-04-11T08:00:01Z',
        fareName: 'Outbound call',
        number: '+14155550123',
        billedQuantity: 3,
        totalCents: 2,
        attribution: 'wallet',
      },
    ])
  })

  it('keeps the order of the fields that the contract gives', () => {
    expect(Object.keys(presentBilling(billing))).toEqual([
      'balanceCents',
      'numbersReleaseAt',
      'subscription',
      'numbers',
      'deposits',
      'pricing',
      'paymentMethods',
      'recentUsage',
    ])
  })

  it('satisfies the published schema and our own, subscribed and paying as one goes', () => {
    const validate = publishedSchema()
    for (const shown of [presentBilling(billing), presentBilling(payAsYouGo())]) {
      expect(billingResponse.safeParse(shown)).toMatchObject({ success: true })
      expect(validate(shown), JSON.stringify(validate.errors)).toBe(true)
    }
  })

  it('rounds a balance down to the cent, also below zero, and usage up', () => {
    const balances = [0n, 9_999n, 10_000n, -1n, -10_000n, -10_001n]
    expect(
      balances.map((micros) => presentBilling({ ...billing, balance: usd(micros) }).balanceCents),
    ).toEqual([0, 0, 1, -1, -1, -2])
    const [row] = billing.recentUsage
    const cents = [0n, 1n, 10_000n, 10_001n].map(
      (micros) =>
        presentBilling({ ...billing, recentUsage: row ? [{ ...row, total: usd(micros) }] : [] })
          .recentUsage[0]?.totalCents,
    )
    expect(cents).toEqual([0, 1, 1, 2])
  })

  it('refuses to show a price that is no whole number of cents', () => {
    const odd = { ...billing, pricing: { monthly: usd(12_345n), annual: usd(0n) } }
    expect(() => presentBilling(odd)).toThrow('not whole cents')
  })
})

function payAsYouGo(): Billing {
  return {
    ...billing,
    balance: usd(-5_000_001n),
    numbersReleaseAt: new Date('2026-01-31T10:00:00.123Z'),
    subscription: null,
    numbers: [],
    deposits: [],
    paymentMethods: [],
    recentUsage: [],
  }
}

/** The published document allows more properties than it names, so it says nothing against our additions. */
function publishedSchema() {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats(ajv)
  ajv.addSchema(source('dial-billing.openapi.json') as object, 'dial')
  return ajv.compile({ $ref: 'dial#/components/schemas/Billing' })
}

function source(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./source/${name}`, import.meta.url), 'utf8'))
}
