import { invalidParameter, missingResource, type ApiError } from '../http/api-error'
import { listOf, object, text } from '../http/fields'
import { newId } from '../ids'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { addMonths } from '../subscriptions/billing-period'

/** The parameter `discounts`, wherever it is taken. */
export const DISCOUNTS = listOf(object({ coupon: text(), discount: text(), promotion_code: text() }), {
  max: 20,
})

export type SentDiscount = Readonly<{
  coupon?: string | undefined
  discount?: string | undefined
  promotion_code?: string | undefined
}>

type Purchase = Readonly<{
  customer: Body<'customer'> | null
  currency: string
  /** Cents before discounts. */
  subtotal: number
  products: readonly string[]
}>

type For = Purchase & Readonly<{ subscription: string; kept: readonly string[] }>

/**
 * Turns what was sent into discounts of a subscription, counting each redemption; one that is on it already stays
 * as it is. @returns their ids. @throws ApiError 400 where a code or coupon cannot be redeemed.
 */
export async function redeemDiscounts(
  unit: Unit,
  sent: readonly SentDiscount[],
  purchase: For,
  param = 'discounts',
): Promise<string[]> {
  const ids: string[] = []
  for (const [index, one] of sent.entries()) {
    const at = `${param}[${index}]`
    if (one.discount !== undefined) {
      if (!purchase.kept.includes(one.discount)) {
        throw missingResource('discount', one.discount, `${at}[discount]`)
      }
      ids.push(one.discount)
      continue
    }
    const redeemed = await checkDiscount(unit, one, purchase, at)
    ids.push(
      keepDiscount(unit, redeemed, { subscription: purchase.subscription, customer: purchase.customer }),
    )
  }
  return ids
}

export type Redeemable = Readonly<{ coupon: Body<'coupon'>; code: Body<'promotion_code'> | null }>

/** The coupon that is sent, by itself or behind a promotion code. @throws ApiError 400 where it cannot be redeemed. */
export async function checkDiscount(
  unit: Unit,
  sent: SentDiscount,
  purchase: Purchase,
  at: string,
): Promise<Redeemable> {
  if ((sent.coupon === undefined) === (sent.promotion_code === undefined)) {
    throw invalidParameter('You must specify exactly one of coupon, discount and promotion_code.', at)
  }
  const code = sent.promotion_code === undefined ? null : await findCode(unit, sent.promotion_code, at)
  if (code !== null) await checkCode(unit, code, purchase, `${at}[promotion_code]`)
  const param = code === null ? `${at}[coupon]` : `${at}[promotion_code]`
  const couponId = code === null ? (sent.coupon ?? '') : String(code.promotion.coupon)
  const coupon = await unit.row('coupon', couponId)
  if (coupon === null || coupon.deleted) throw missingResource('coupon', couponId, param)
  checkCoupon(coupon.body, purchase, unit.now, param)
  return { coupon: coupon.body, code }
}

async function findCode(unit: Unit, id: string, at: string): Promise<Body<'promotion_code'>> {
  const row = await unit.row('promotion_code', id)
  if (row === null) throw missingResource('promotion code', id, `${at}[promotion_code]`)
  return row.body
}

async function checkCode(
  unit: Unit,
  code: Body<'promotion_code'>,
  purchase: Purchase,
  param: string,
): Promise<void> {
  const { restrictions } = code
  if (!code.active) throw invalidParameter(`This promotion code is inactive.`, param, 'resource_missing')
  if (code.expires_at !== null && code.expires_at <= unit.now)
    throw expired('This promotion code has expired.', param)
  if (code.max_redemptions !== null && code.times_redeemed >= code.max_redemptions) {
    throw notRedeemable('it has been used the maximum number of times', param)
  }
  if (code.customer !== null && code.customer !== purchase.customer?.id) {
    throw notRedeemable('it is restricted to another customer', param)
  }
  const { minimum_amount: minimum, minimum_amount_currency: currency } = restrictions
  if (minimum !== null && (currency !== purchase.currency || purchase.subtotal < minimum)) {
    throw notRedeemable('the associated purchase does not meet the minimum amount requirement', param)
  }
  if (restrictions.first_time_transaction && (await hasPaidBefore(unit, purchase.customer))) {
    throw notRedeemable(
      'the associated customer has prior transactions',
      param,
      'promotion_code_customer_not_first_time',
    )
  }
}

function checkCoupon(coupon: Body<'coupon'>, purchase: Purchase, now: number, param: string): void {
  if (!isValid(coupon, now)) throw expired(`Coupon expired: ${coupon.id}`, param)
  if (coupon.amount_off !== null && coupon.currency !== purchase.currency) {
    throw invalidParameter(
      `The coupon is in ${coupon.currency ?? ''}, the purchase in ${purchase.currency}.`,
      param,
    )
  }
  const products = coupon.applies_to?.products
  if (products !== undefined && !products.some((product) => purchase.products.includes(product))) {
    throw invalidParameter('This coupon does not apply to any of the products.', param)
  }
}

/** Whether a coupon can still be redeemed. */
export function isValid(coupon: Body<'coupon'>, now: number): boolean {
  if (coupon.redeem_by !== null && coupon.redeem_by <= now) return false
  return coupon.max_redemptions === null || coupon.times_redeemed < coupon.max_redemptions
}

/** A successful payment or a subscription is a transaction, whatever became of it later. */
async function hasPaidBefore(unit: Unit, customer: Body<'customer'> | null): Promise<boolean> {
  if (customer === null) return false
  const filters = { customer: customer.id }
  const paid = await unit.list('invoice', { filters: { ...filters, status: 'paid' }, limit: 1 })
  const subscriptions = await unit.list('subscription', {
    filters,
    without: ['status:incomplete', 'status:incomplete_expired'],
    limit: 1,
  })
  const charges = await unit.list('charge', { filters, limit: 100 })
  return paid.length > 0 || subscriptions.length > 0 || charges.some((charge) => charge.paid)
}

const notRedeemable = (why: string, param: string, code?: string): ApiError =>
  invalidParameter(`This promotion code cannot be redeemed because ${why}.`, param, code)

const expired = (message: string, param: string): ApiError =>
  invalidParameter(message, param, 'coupon_expired')

type Owner = Readonly<{ subscription: string; customer: Body<'customer'> | null; checkoutSession?: string }>

/** Makes the discount and counts the redemption. @returns its id. */
function keepDiscount(unit: Unit, { coupon, code }: Redeemable, owner: Owner): string {
  const counted = { ...coupon, times_redeemed: coupon.times_redeemed + 1 }
  unit.save('coupon', { ...counted, valid: isValid(counted, unit.now) })
  if (code !== null) {
    const used = { ...code, times_redeemed: code.times_redeemed + 1 }
    const usedUp = used.max_redemptions !== null && used.times_redeemed >= used.max_redemptions
    unit.save('promotion_code', { ...used, active: used.active && !usedUp })
  }
  const months = coupon.duration === 'repeating' ? coupon.duration_in_months : null
  const discount = unit.save('discount', {
    id: newId('di'),
    object: 'discount',
    checkout_session: owner.checkoutSession ?? null,
    customer: owner.customer?.id ?? null,
    customer_account: null,
    end: months === null ? null : addMonths(unit.now, months),
    invoice: null,
    invoice_item: null,
    promotion_code: code?.id ?? null,
    source: { coupon: coupon.id, type: 'coupon' },
    start: unit.now,
    subscription: owner.subscription,
    subscription_item: null,
  })
  unit.emit('customer.discount.created', discount)
  return discount.id
}

/** The discounts that stay once an invoice was made at `moment`: one that counts once is used up by it. */
export async function discountsLeft(
  unit: Unit,
  ids: readonly string[],
  moment: number,
  invoiced: boolean,
): Promise<string[]> {
  const left: string[] = []
  for (const id of ids) {
    const discount = await unit.row('discount', id)
    const couponId = discount?.body.source.coupon
    const coupon = typeof couponId === 'string' ? await unit.row('coupon', couponId) : null
    if (discount === null || coupon === null) continue
    const over = discount.body.end !== null && discount.body.end <= moment
    const used = invoiced && coupon.body.duration === 'once'
    if (!over && !used) left.push(id)
    else unit.emit('customer.discount.deleted', discount.body)
  }
  return left
}
