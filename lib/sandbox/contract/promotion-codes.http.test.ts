import type Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { AGAINST_STRIPE, useStripeContract } from '@/lib/testing/use-stripe-contract'
import { refusal } from './scenes'
import { givenSubscription } from './subscription-scenes'

const contract = useStripeContract()

/** A code that is not taken yet. */
let count = 0
const fresh = () => `Launch-${Date.now()}-${(count += 1)}`

async function givenCode(
  coupon: Stripe.CouponCreateParams = { percent_off: 25, duration: 'forever' },
  more: Omit<Stripe.PromotionCodeCreateParams, 'promotion'> = {},
) {
  const { stripe } = contract
  const { id } = await stripe.coupons.create(coupon)
  const code = await stripe.promotionCodes.create({
    promotion: { type: 'coupon', coupon: id },
    code: fresh(),
    ...more,
  })
  return { stripe, coupon: id, code }
}

const apply = (subscription: string, promotion_code: string) =>
  contract.stripe.subscriptions.update(subscription, { discounts: [{ promotion_code }] })

describe('a coupon', () => {
  it.each([
    ['neither amount', {}, 'percent_off'],
    ['both amounts', { percent_off: 10, amount_off: 100, currency: 'usd' }, 'percent_off'],
    ['an amount without a currency', { amount_off: 100 }, 'currency'],
    ['more than everything', { percent_off: 101 }, 'percent_off'],
    ['months that are not said', { percent_off: 10, duration: 'repeating' }, 'duration_in_months'],
  ] as const)('is refused with %s', async (_, params, param) => {
    expect(await refusal(contract.stripe.coupons.create({ ...params }))).toMatchObject({
      statusCode: 400,
      param,
    })
  })

  it('keeps its own id, once, and two decimals of a percentage', async () => {
    const { stripe } = contract
    const id = fresh()
    expect(await stripe.coupons.create({ id, percent_off: 33.33 })).toMatchObject({
      id,
      percent_off: 33.33,
      duration: 'once',
      valid: true,
      times_redeemed: 0,
    })
    expect(await refusal(stripe.coupons.create({ id, percent_off: 10 }))).toMatchObject({
      code: 'resource_already_exists',
    })
    expect(await stripe.coupons.del(id)).toMatchObject({ deleted: true })
    expect(await refusal(stripe.coupons.retrieve(id))).toMatchObject({ statusCode: 404 })
  })
})

describe('a promotion code', () => {
  it('is found whatever its case, with its coupon', async () => {
    const { stripe, code, coupon } = await givenCode()
    const found = await stripe.promotionCodes.list({
      code: code.code.toUpperCase(),
      active: true,
      limit: 1,
      expand: ['data.promotion.coupon'],
    })
    expect(found.data).toMatchObject([
      { id: code.id, promotion: { type: 'coupon', coupon: { id: coupon, percent_off: 25 } } },
    ])
    expect((await stripe.promotionCodes.list({ code: 'NO-SUCH-CODE' })).data).toEqual([])
    expect(
      await refusal(
        stripe.promotionCodes.create({
          promotion: { type: 'coupon', coupon },
          code: code.code.toLowerCase(),
        }),
      ),
    ).toMatchObject({ statusCode: 400, param: 'code' })
  })

  it('puts its discount on a subscription, and leaves when told to', async () => {
    const { code } = await givenCode()
    const { stripe, subscription } = { ...contract, ...(await givenSubscription(contract.stripe, 2)) }
    await apply(subscription.id, code.id)
    const discounted = await stripe.subscriptions.retrieve(subscription.id, { expand: ['discounts'] })
    expect(discounted.discounts).toMatchObject([
      { promotion_code: code.id, subscription: subscription.id, end: null },
    ])
    const next = await stripe.invoices.createPreview({ subscription: subscription.id })
    expect(next).toMatchObject({ subtotal: 2400, total: 1800, total_discount_amounts: [{ amount: 600 }] })
    expect((await stripe.promotionCodes.retrieve(code.id)).times_redeemed).toBe(1)
    const cleared = await stripe.subscriptions.update(subscription.id, { discounts: '' })
    expect(cleared.discounts).toEqual([])
  })

  it('is shown apart on prorations where the subscription itemizes them', async () => {
    const { code } = await givenCode()
    const { stripe } = contract
    const { subscription, item } = await givenSubscription(stripe, 1, {
      billing_mode: { type: 'flexible', flexible: { proration_discounts: 'itemized' } },
    })
    const preview = await stripe.invoices.createPreview({
      subscription: subscription.id,
      discounts: [{ promotion_code: code.id }],
      subscription_details: {
        items: [{ id: item.id, quantity: 3 }],
        proration_behavior: 'always_invoice',
        proration_date: item.current_period_start,
      },
    })
    expect(preview.lines.data.map(({ amount }) => amount)).toEqual([-1200, 3600])
    expect(preview).toMatchObject({
      subtotal: 2400,
      total: 1500,
      amount_due: 1500,
      total_discount_amounts: [{ amount: 900 }],
    })
    // A question redeems nothing.
    expect((await stripe.promotionCodes.retrieve(code.id)).times_redeemed).toBe(0)
  })

  it('of one invoice is used up by it', async () => {
    const { code } = await givenCode({ amount_off: 500, currency: 'usd', duration: 'once' })
    const { stripe } = contract
    const { subscription, item, annual } = await givenSubscription(stripe, 1)
    const changed = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, price: annual, quantity: 1 }],
      billing_cycle_anchor: { type: 'now' },
      proration_behavior: 'always_invoice',
      proration_date: item.current_period_start,
      discounts: [{ promotion_code: code.id }],
      expand: ['latest_invoice'],
    })
    expect(changed.latest_invoice).toMatchObject({
      total: 10_300,
      total_discount_amounts: [{ amount: 500 }],
    })
    expect(changed.discounts).toEqual([])
  })

  it.each([
    ['inactive', { active: false }, {}],
    ['of another customer', {}, { customer: 'OTHER' }],
    ['for first purchases', {}, { restrictions: { first_time_transaction: true } }],
    [
      'for larger purchases',
      {},
      { restrictions: { minimum_amount: 100_000, minimum_amount_currency: 'usd' } },
    ],
  ])('that is %s cannot be redeemed', async (_, update, more) => {
    const { stripe } = contract
    const other = (await stripe.customers.create({})).id
    const sent = JSON.parse(JSON.stringify(more).replace('OTHER', other)) as object
    const { code } = await givenCode(undefined, sent)
    if ('active' in update) await stripe.promotionCodes.update(code.id, update)
    const { subscription } = await givenSubscription(stripe)
    expect(await refusal(apply(subscription.id, code.id))).toMatchObject({
      statusCode: 400,
      param: 'discounts[0][promotion_code]',
    })
    expect((await stripe.subscriptions.retrieve(subscription.id)).discounts).toEqual([])
  })

  it('is used up by as many redemptions as it allows', async () => {
    const { stripe, code } = await givenCode(undefined, { max_redemptions: 1 })
    await apply((await givenSubscription(stripe)).subscription.id, code.id)
    expect(await stripe.promotionCodes.retrieve(code.id)).toMatchObject({ active: false, times_redeemed: 1 })
    expect((await stripe.promotionCodes.list({ code: code.code, active: true })).data).toEqual([])
    const { subscription } = await givenSubscription(stripe)
    expect(await refusal(apply(subscription.id, code.id))).toMatchObject({ statusCode: 400 })
  })

  it.skipIf(AGAINST_STRIPE)('expires', async () => {
    const { now } = await contract.control<{ now: string }>('GET', 'clock')
    const { stripe, code } = await givenCode(undefined, {
      expires_at: Math.floor(Date.parse(now) / 1000) + 3600,
    })
    const { subscription } = await givenSubscription(stripe)
    await contract.control('POST', 'clock/advance', { seconds: 3601 })
    expect((await stripe.promotionCodes.retrieve(code.id)).active).toBe(false)
    expect(await refusal(apply(subscription.id, code.id))).toMatchObject({
      statusCode: 400,
      code: 'coupon_expired',
    })
  })
})
