import { invalidParameter, missingResource } from '../http/api-error'
import { choice, flag, integer, object, required, type Metadata } from '../http/fields'
import { newId } from '../ids'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { merged } from './merge-metadata'

export const AMOUNT_MAX = 99_999_999

export const recurring = object({
  interval: required(choice('day', 'week', 'month', 'year')),
  interval_count: integer({ min: 1, max: 1095 }),
  trial_period_days: integer({ min: 1 }),
  usage_type: choice('licensed', 'metered'),
})

export const customUnitAmount = object({
  enabled: required(flag()),
  maximum: integer({ min: 0, max: AMOUNT_MAX }),
  minimum: integer({ min: 0, max: AMOUNT_MAX }),
  preset: integer({ min: 0, max: AMOUNT_MAX }),
})

type NewPrice = Readonly<{
  active?: boolean | undefined
  currency: string
  custom_unit_amount?: ReturnType<typeof customUnitAmount>
  lookup_key: string | undefined
  metadata?: Metadata | undefined
  nickname?: string | undefined
  recurring?: ReturnType<typeof recurring>
  tax_behavior?: 'exclusive' | 'inclusive' | 'unspecified' | undefined
  unit_amount?: number | undefined
}>

/** @throws ApiError where the amount is not said in exactly one way. */
export function createPrice(unit: Unit, product: string, sent: NewPrice): Body<'price'> {
  const custom = chosenByCustomer(sent)
  const price: Body<'price'> = {
    id: newId('price'),
    object: 'price',
    active: sent.active ?? true,
    billing_scheme: 'per_unit',
    created: unit.now,
    currency: sent.currency,
    custom_unit_amount: custom,
    livemode: false,
    lookup_key: sent.lookup_key ?? null,
    metadata: merged({}, sent.metadata),
    nickname: sent.nickname ?? null,
    product,
    recurring:
      sent.recurring === undefined
        ? null
        : {
            interval: sent.recurring.interval,
            interval_count: sent.recurring.interval_count ?? 1,
            meter: null,
            trial_period_days: sent.recurring.trial_period_days ?? null,
            usage_type: sent.recurring.usage_type ?? 'licensed',
          },
    tax_behavior: sent.tax_behavior ?? 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: sent.recurring === undefined ? 'one_time' : 'recurring',
    unit_amount: sent.unit_amount ?? null,
    unit_amount_decimal: sent.unit_amount === undefined ? null : String(sent.unit_amount),
  }
  unit.save('price', price, { claim: lookupClaim(price.lookup_key) })
  unit.emit('price.created', price)
  return price
}

function chosenByCustomer(sent: NewPrice): Body<'price'>['custom_unit_amount'] {
  const custom = sent.custom_unit_amount?.enabled === true ? sent.custom_unit_amount : null
  if (custom === null) {
    if (sent.unit_amount !== undefined) return null
    throw invalidParameter('Missing required param: unit_amount.', 'unit_amount', 'parameter_missing')
  }
  if (sent.unit_amount !== undefined) {
    throw invalidParameter(
      'You may only specify one of these parameters: unit_amount, custom_unit_amount.',
      'unit_amount',
    )
  }
  if (sent.recurring !== undefined) {
    throw invalidParameter('custom_unit_amount cannot be used with recurring prices.', 'custom_unit_amount')
  }
  const { minimum, maximum, preset } = custom
  const beyond = (a: number | undefined, b: number | undefined): boolean =>
    a !== undefined && b !== undefined && a > b
  if (beyond(minimum, maximum)) {
    throw invalidParameter(
      'The minimum must be less than or equal to the maximum.',
      'custom_unit_amount[minimum]',
    )
  }
  if (beyond(minimum, preset) || beyond(preset, maximum)) {
    throw invalidParameter(
      'The preset must be between the minimum and the maximum.',
      'custom_unit_amount[preset]',
    )
  }
  return { minimum: minimum ?? null, maximum: maximum ?? null, preset: preset ?? null }
}

export const lookupClaim = (key: string | null): string | null => (key === null ? null : `lookup_key:${key}`)

/** @throws ApiError where the id names no price. */
export async function requirePrice(unit: Unit, id: string, param: string): Promise<Body<'price'>> {
  const row = await unit.row('price', id)
  if (row === null) throw missingResource('price', id, param)
  return row.body
}
