import { z } from 'zod'

type Bounds = Readonly<{ min: number; max: number }>

/** What a field is read as, and how it is told: the value, or what is wrong with it. */
type Mistake = Readonly<{ kind: string; message: string }>

const MISSING: Mistake = { kind: 'missing', message: 'Field required' }

/** A JSON integer within bounds, worded as FastAPI words it. A number in a string is none. */
export function integer(bounds: Bounds) {
  return z
    .unknown()
    .transform((value, check) => settle(check, readInteger(value, bounds)))
    .meta({ type: 'integer', minimum: bounds.min, maximum: bounds.max })
}

/** The same in a query string, where everything is text. */
export function queryInteger(bounds: Bounds) {
  return z
    .unknown()
    .transform((value, check) => {
      const isNumber = typeof value === 'string' && /^[+-]?\d{1,15}$/.test(value)
      return settle(check, readInteger(isNumber ? Number(value) : value, bounds))
    })
    .meta({ type: 'integer', minimum: bounds.min, maximum: bounds.max })
}

export function boolean() {
  return z
    .unknown()
    .transform((value, check) =>
      settle(check, typeof value === 'boolean' ? value : mistakeOr(value, NO_BOOLEAN)),
    )
    .meta({ type: 'boolean' })
}

export function text() {
  return z
    .unknown()
    .transform((value, check) => settle(check, typeof value === 'string' ? value : mistakeOr(value, NO_TEXT)))
    .meta({ type: 'string' })
}

/** A date-time in a query, or a date for its first moment; UTC where it names no offset. */
export function moment() {
  return text().transform((value, check) => {
    const [, date = '', minute = '00:00', second = ':00', zone = 'Z'] = MOMENT.exec(value) ?? []
    const offset = zone.toUpperCase().replace(/(?<=\d\d)(?=\d\d$)/, ':')
    const at = new Date(dateTime.safeParse(`${date}T${minute}${second}${offset}`).data ?? Number.NaN)
    if (at.getUTCFullYear() >= 1 && at.getUTCFullYear() <= 9999) return at
    check.addIssue({ code: 'custom', message: NO_MOMENT.message, params: { kind: NO_MOMENT.kind } })
    return z.NEVER
  })
}

/** Date, time and offset, which may be left out from the end. */
const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/i

/** Days and hours that there are, as the calendar has them. */
const dateTime = z.iso.datetime({ offset: true })

const NO_MOMENT: Mistake = { kind: 'datetime_parsing', message: 'Input should be a valid datetime' }
const NO_TEXT: Mistake = { kind: 'string_type', message: 'Input should be a valid string' }
const NO_BOOLEAN: Mistake = { kind: 'bool_type', message: 'Input should be a valid boolean' }
const NO_INTEGER: Mistake = { kind: 'int_type', message: 'Input should be a valid integer' }
const NO_INTEGER_TEXT: Mistake = {
  kind: 'int_parsing',
  message: 'Input should be a valid integer, unable to parse string as an integer',
}
const FRACTION: Mistake = {
  kind: 'int_from_float',
  message: 'Input should be a valid integer, got a number with a fractional part',
}

/** One of these, as text. */
export function choice<const Value extends string>(values: readonly Value[]) {
  const words = values.map((value) => `'${value}'`)
  const expected = `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`
  const mistake = { kind: 'enum', message: `Input should be ${expected}` }
  const isOne = (value: unknown): value is Value => values.some((one) => one === value)
  return z
    .unknown()
    .transform((value, check) => settle<Value>(check, isOne(value) ? value : mistake))
    .meta({ type: 'string', enum: [...values] })
}

function readInteger(value: unknown, { min, max }: Bounds): number | Mistake {
  if (typeof value === 'string') return NO_INTEGER_TEXT
  if (typeof value !== 'number') return mistakeOr(value, NO_INTEGER)
  if (!Number.isInteger(value)) return FRACTION
  if (value < min) {
    return {
      kind: 'greater_than_equal',
      message: `Input should be greater than or equal to ${String(min)}`,
    }
  }
  if (value > max) {
    return { kind: 'less_than_equal', message: `Input should be less than or equal to ${String(max)}` }
  }
  return value
}

/** What is not there is missing before it is of a wrong type. */
function mistakeOr(value: unknown, mistake: Mistake): Mistake {
  return value === undefined ? MISSING : mistake
}

function settle<T extends string | number | boolean>(check: z.core.$RefinementCtx, read: T | Mistake): T {
  if (typeof read !== 'object') return read
  check.addIssue({ code: 'custom', message: read.message, params: { kind: read.kind } })
  return z.NEVER
}
