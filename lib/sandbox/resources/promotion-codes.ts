import { invalidParameter, missingResource } from '../http/api-error'
import {
  choice,
  currency,
  flag,
  integer,
  metadata,
  object,
  range,
  required,
  text,
  timestamp,
} from '../http/fields'
import { listObjects, PAGE } from '../http/lists'
import { route } from '../http/routes'
import { newId, randomText } from '../ids'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { changedFields } from './changed-fields'
import { requireCoupon } from './coupons'
import { requireCustomer } from './customers'
import { merged } from './merge-metadata'

type PromotionCode = Body<'promotion_code'>

/** A code whose time is over, or that was used often enough, is not active any more. */
export function codeAt(code: PromotionCode, now: number): PromotionCode {
  const expired = code.expires_at !== null && code.expires_at <= now
  const usedUp = code.max_redemptions !== null && code.times_redeemed >= code.max_redemptions
  return { ...code, active: code.active && !expired && !usedUp }
}

async function findCode(unit: Unit, id: string): Promise<PromotionCode> {
  const row = await unit.row('promotion_code', id)
  if (row === null) throw missingResource('promotion code', id, 'id')
  return codeAt(row.body, unit.now)
}

/** Two active codes may not be spelled alike, whatever the case. @throws ApiError of status 400. */
async function checkFree(unit: Unit, code: string, self: string | null): Promise<void> {
  const same = await unit.list('promotion_code', { filters: { 'code~': code.toLowerCase() }, limit: 100 })
  if (same.some((other) => other.id !== self && codeAt(other, unit.now).active)) {
    throw invalidParameter('An active promotion code with `code: ' + code + '` already exists.', 'code')
  }
}

const RESTRICTIONS = object({
  first_time_transaction: flag(),
  minimum_amount: integer({ min: 1 }),
  minimum_amount_currency: currency(),
})

type Restrictions = ReturnType<typeof RESTRICTIONS>

function restrictionsOf(sent: Restrictions): PromotionCode['restrictions'] {
  if ((sent?.minimum_amount === undefined) !== (sent?.minimum_amount_currency === undefined)) {
    throw invalidParameter(
      'minimum_amount and minimum_amount_currency must be set together.',
      'restrictions[minimum_amount_currency]',
    )
  }
  return {
    first_time_transaction: sent?.first_time_transaction ?? false,
    minimum_amount: sent?.minimum_amount ?? null,
    minimum_amount_currency: sent?.minimum_amount_currency ?? null,
  }
}

const CREATE = {
  active: flag(),
  code: text({ max: 500 }),
  customer: text(),
  expires_at: timestamp(),
  max_redemptions: integer({ min: 1 }),
  metadata: metadata(),
  promotion: required(object({ coupon: required(text()), type: required(choice('coupon')) })),
  restrictions: RESTRICTIONS,
}

export const promotionCodeRoutes = [
  route('POST', '/v1/promotion_codes', 'promotion_code', CREATE, async ({ unit, params }) => {
    const coupon = await requireCoupon(unit, params.promotion.coupon, 'promotion[coupon]')
    if (!coupon.valid) throw invalidParameter('This coupon is not valid any more.', 'promotion[coupon]')
    const code = params.code ?? randomText(8).toUpperCase()
    if (!/^[A-Za-z0-9-]+$/.test(code)) {
      throw invalidParameter('Promotion codes may only have letters, digits and dashes.', 'code')
    }
    if (params.expires_at !== undefined && params.expires_at <= unit.now) {
      throw invalidParameter('The expires_at timestamp must be in the future.', 'expires_at')
    }
    if (params.customer !== undefined) await requireCustomer(unit, params.customer, 'customer')
    if (params.active !== false) await checkFree(unit, code, null)
    const made = unit.save('promotion_code', {
      id: newId('promo'),
      object: 'promotion_code',
      active: params.active ?? true,
      code,
      created: unit.now,
      customer: params.customer ?? null,
      customer_account: null,
      expires_at: params.expires_at ?? null,
      livemode: false,
      max_redemptions: params.max_redemptions ?? null,
      metadata: merged({}, params.metadata),
      promotion: { coupon: coupon.id, type: 'coupon' },
      restrictions: restrictionsOf(params.restrictions),
      times_redeemed: 0,
    })
    unit.emit('promotion_code.created', made)
    return made
  }),

  route('GET', '/v1/promotion_codes/:id', 'promotion_code', {}, ({ unit, id }) => findCode(unit, id)),

  route(
    'POST',
    '/v1/promotion_codes/:id',
    'promotion_code',
    { active: flag(), metadata: metadata() },
    async ({ unit, id, params }) => {
      const before = await findCode(unit, id)
      if (params.active === true && !before.active) {
        await checkFree(unit, before.code, id)
        if (!codeAt({ ...before, active: true }, unit.now).active) {
          throw invalidParameter('This promotion code has expired or was used up.', 'active')
        }
      }
      const after = unit.save('promotion_code', {
        ...before,
        active: params.active ?? before.active,
        metadata: merged(before.metadata, params.metadata),
      })
      const previous = changedFields(before, after)
      if (previous !== null) unit.emit('promotion_code.updated', after, previous)
      return after
    },
  ),

  route(
    'GET',
    '/v1/promotion_codes',
    'list:promotion_code',
    { ...PAGE, active: flag(), code: text(), coupon: text(), created: range(), customer: text() },
    async ({ unit, params }) => {
      const page = await listObjects(unit, 'promotion_code', params, {
        filters: {
          active: params.active,
          'code~': params.code?.toLowerCase(),
          customer: params.customer,
          'promotion.coupon': params.coupon,
        },
        created: params.created,
        url: '/v1/promotion_codes',
      })
      // Time makes codes inactive without anybody writing them.
      const data = page.data.map((code) => codeAt(code, unit.now))
      return {
        ...page,
        data: params.active === undefined ? data : data.filter(({ active }) => active === params.active),
      }
    },
  ),
]
