import { invalidParameter, missingResource } from '../http/api-error'
import {
  choice,
  clearable,
  currency,
  integer,
  listOf,
  metadata,
  object,
  range,
  text,
  timestamp,
} from '../http/fields'
import type { Field } from '../http/parse-shape'
import { listObjects, PAGE } from '../http/lists'
import { route } from '../http/routes'
import { randomText } from '../ids'
import { isValid } from '../discounts/redeem'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { changedFields } from './changed-fields'
import { merged } from './merge-metadata'

/** @throws ApiError where the id names no coupon. */
export async function requireCoupon(unit: Unit, id: string, param: string): Promise<Body<'coupon'>> {
  const row = await unit.row('coupon', id)
  if (row === null || row.deleted) throw missingResource('coupon', id, param)
  return { ...row.body, valid: isValid(row.body, unit.now) }
}

/** More than 0, at most 100, with at most two decimals. */
function percentage(): Field<number | undefined> {
  return (input, path) => {
    if (input === undefined) return undefined
    const value = typeof input === 'string' && /^\d{1,3}(\.\d+)?$/.test(input) ? Number(input) : 0
    if (value > 0 && value <= 100) return Math.round(value * 100) / 100
    throw invalidParameter('Invalid percent_off: must be greater than 0 and at most 100', path)
  }
}

type Amounts = Readonly<{
  amount_off: number | undefined
  currency: string | undefined
  duration: 'forever' | 'once' | 'repeating' | undefined
  duration_in_months: number | undefined
  percent_off: number | undefined
}>

function checkAmounts(sent: Amounts): void {
  if ((sent.amount_off === undefined) === (sent.percent_off === undefined)) {
    throw invalidParameter(
      'You must pass either amount_off or percent_off.',
      'percent_off',
      'parameter_missing',
    )
  }
  if (sent.amount_off !== undefined && sent.currency === undefined) {
    throw invalidParameter('You must pass currency when passing amount_off.', 'currency', 'parameter_missing')
  }
  if ((sent.duration === 'repeating') !== (sent.duration_in_months !== undefined)) {
    throw invalidParameter(
      'duration_in_months must be set exactly where duration is repeating.',
      'duration_in_months',
    )
  }
}

export const couponRoutes = [
  route(
    'POST',
    '/v1/coupons',
    'coupon',
    {
      amount_off: integer({ min: 1, max: 99_999_999 }),
      applies_to: object({ products: listOf(text()) }),
      currency: currency(),
      duration: choice('forever', 'once', 'repeating'),
      duration_in_months: integer({ min: 1, max: 1200 }),
      id: text({ max: 200 }),
      max_redemptions: integer({ min: 1 }),
      metadata: metadata(),
      name: text({ max: 40 }),
      percent_off: percentage(),
      redeem_by: timestamp(),
    },
    async ({ unit, params }) => {
      checkAmounts(params)
      if (params.redeem_by !== undefined && params.redeem_by <= unit.now) {
        throw invalidParameter('The redeem_by timestamp must be in the future.', 'redeem_by')
      }
      const id = params.id ?? randomText(8)
      const taken = await unit.row('coupon', id)
      if (taken !== null && !taken.deleted) {
        throw invalidParameter('Coupon already exists.', 'id', 'resource_already_exists')
      }
      const products = params.applies_to?.products
      const coupon = unit.save(
        'coupon',
        {
          id,
          object: 'coupon',
          amount_off: params.amount_off ?? null,
          ...(products === undefined ? {} : { applies_to: { products } }),
          created: unit.now,
          currency: params.amount_off === undefined ? null : (params.currency ?? null),
          duration: params.duration ?? 'once',
          duration_in_months: params.duration_in_months ?? null,
          livemode: false,
          max_redemptions: params.max_redemptions ?? null,
          metadata: merged({}, params.metadata),
          name: params.name ?? null,
          percent_off: params.percent_off ?? null,
          redeem_by: params.redeem_by ?? null,
          times_redeemed: 0,
          valid: true,
        },
        { deleted: false },
      )
      unit.emit('coupon.created', coupon)
      return coupon
    },
  ),

  route('GET', '/v1/coupons/:id', 'coupon', {}, ({ unit, id }) => requireCoupon(unit, id, 'id')),

  route(
    'POST',
    '/v1/coupons/:id',
    'coupon',
    { metadata: metadata(), name: clearable(text({ max: 40 })) },
    async ({ unit, id, params }) => {
      const before = await requireCoupon(unit, id, 'id')
      const after = unit.save('coupon', {
        ...before,
        metadata: merged(before.metadata, params.metadata),
        name: params.name === undefined ? before.name : params.name,
      })
      const previous = changedFields(before, after)
      if (previous !== null) unit.emit('coupon.updated', after, previous)
      return after
    },
  ),

  // Discounts that were made of it stay: only new redemptions end.
  route('DELETE', '/v1/coupons/:id', 'deleted', {}, async ({ unit, id }) => {
    const coupon = await requireCoupon(unit, id, 'id')
    unit.save('coupon', coupon, { deleted: true })
    unit.emit('coupon.deleted', coupon)
    return { id, object: 'coupon', deleted: true }
  }),

  route('GET', '/v1/coupons', 'list:coupon', { ...PAGE, created: range() }, async ({ unit, params }) => {
    const page = await listObjects(unit, 'coupon', params, { created: params.created, url: '/v1/coupons' })
    return { ...page, data: page.data.map((coupon) => ({ ...coupon, valid: isValid(coupon, unit.now) })) }
  }),
]
