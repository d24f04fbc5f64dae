import { describe, expect, it } from 'vitest'
import { usdFromCents } from '@/lib/kit/money'
import { createPriceBook } from './price-book'
import { PRICE_KEYS, parsePrices, type Prices } from './parse/price'

const PRICES: Prices = {
  creditsPriceId: 'price_1',
  bundle: null,
  monthly: { id: 'price_2', productId: 'prod_1', cents: 1_200 },
  annual: { id: 'price_3', productId: 'prod_1', cents: 12_000 },
}

describe('createPriceBook', () => {
  it('asks once for everyone at the same moment, and once more after 60 seconds', async () => {
    let now = 0
    let asked = 0
    const book = createPriceBook(
      () => {
        asked += 1
        return Promise.resolve({ ...PRICES, monthly: { ...PRICES.monthly, cents: asked } })
      },
      () => {},
      () => now,
    )
    const answers = await Promise.all(Array.from({ length: 50 }, () => book.read()))
    expect(new Set(answers.map((prices) => prices.monthly.cents))).toEqual(new Set([1]))
    now = 59_999
    await book.read()
    expect(asked).toBe(1)
    now = 60_000
    expect((await book.read()).monthly.cents).toBe(2)
  })

  it('does not keep a failure', async () => {
    let fails = true
    const load = () => (fails ? Promise.reject(new Error('down')) : Promise.resolve(PRICES))
    const book = createPriceBook(load, () => {})
    await expect(Promise.all([book.read(), book.read()])).rejects.toThrow('down')
    fails = false
    await expect(book.read()).resolves.toEqual(PRICES)
  })
})

describe('createPriceBook, where Stripe is not set up', () => {
  it('raises the alarm, asks again after ten seconds, and is well once it is set up', async () => {
    let now = 0
    let asked = 0
    let data: unknown[] = []
    const alarms: string[] = []
    const load = async () => {
      asked += 1
      parsePrices({ data })
      return Promise.resolve(PRICES)
    }
    const book = createPriceBook(
      load,
      (what) => alarms.push(what),
      () => now,
    )
    const missing = { code: 'payment_provider_unavailable', remedy: 'operator', retryAfterSeconds: 60 }
    await expect(book.read()).rejects.toMatchObject(missing)
    data = Object.values(PRICE_KEYS).map((key) => ({
      id: key,
      lookup_key: key,
      product: 'prod_1',
      unit_amount: 1,
      currency: 'usd',
    }))
    now = 9_999
    await expect(book.read()).rejects.toMatchObject(missing)
    expect([asked, alarms]).toEqual([1, ['prices']])
    now = 10_000
    await expect(book.read()).resolves.toEqual(PRICES)
  })
})

describe('parsePrices', () => {
  const price = (key: string, unit_amount: number | null, currency = 'usd') => ({
    id: `price_${key}`,
    lookup_key: key,
    product: 'prod_1',
    unit_amount,
    currency,
  })
  const all = [
    price(PRICE_KEYS.credits, null),
    price(PRICE_KEYS.monthly, 1_200),
    price(PRICE_KEYS.annual, 12_000),
  ]

  it('finds each price by its lookup key', () => {
    expect(parsePrices({ data: all })).toEqual({
      creditsPriceId: 'price_talktime_credits',
      bundle: null,
      monthly: { id: 'price_talktime_number_monthly', productId: 'prod_1', cents: 1_200 },
      annual: { id: 'price_talktime_number_annual', productId: 'prod_1', cents: 12_000 },
    })
  })

  const bundle = (change: object) => ({
    ...price(PRICE_KEYS.bundle, 2_500),
    metadata: { credits: '2500' },
    ...change,
  })

  it('knows how many credits the bundle grants, and what it is called', () => {
    const product = { id: 'prod_2', name: '2,500 credits', description: null }
    expect(parsePrices({ data: [...all, bundle({ product })] }).bundle).toEqual({
      priceId: 'price_talktime_credits_bundle',
      credits: 2_500,
      price: usdFromCents(2_500),
      productName: '2,500 credits',
      productDescription: null,
    })
  })

  it.each([
    { metadata: {} },
    { metadata: { credits: '0' } },
    { metadata: { credits: '2,500' } },
    { unit_amount: null },
    { unit_amount: 0 },
    { currency: 'eur' },
  ])('sells no bundle whose price has %j, and everything else', (change) => {
    expect(parsePrices({ data: [...all, bundle(change)] })).toMatchObject({
      bundle: null,
      monthly: { cents: 1_200 },
    })
  })

  it.each([
    ['a price is missing', all.slice(1)],
    ['a price is in another currency', [...all.slice(0, 2), price(PRICE_KEYS.annual, 12_000, 'eur')]],
    ['a price has no amount', [...all.slice(0, 2), price(PRICE_KEYS.annual, null)]],
    ['a price has a fraction', [...all.slice(0, 2), price(PRICE_KEYS.annual, 0.5)]],
  ])('blames the operator where %s', (_case, data) => {
    const remedy = data.some((item) => item.unit_amount === 0.5) ? 'staff' : 'operator'
    expect(() => parsePrices({ data })).toThrow(
      expect.objectContaining({ code: 'payment_provider_unavailable', remedy }),
    )
  })
})
