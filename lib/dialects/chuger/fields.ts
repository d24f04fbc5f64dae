import { z } from 'zod'

type Bounds = Readonly<{ min: number; max: number }>

/** A JSON integer within bounds, worded as Laravel words it. A number in a string is none. `name` is what people read. */
export function integer(name: string, { min, max }: Bounds) {
  return z
    .unknown()
    .transform((value, check): number => {
      const problem = problemOf(name, value, { min, max })
      if (problem === null && typeof value === 'number') return value
      check.addIssue({ code: 'custom', message: problem ?? required(name) })
      return z.NEVER
    })
    .meta({ type: 'integer', minimum: min, maximum: max })
}

/** One of these names. */
export function choice<const Value extends string>(name: string, values: readonly Value[]) {
  const isOne = (value: unknown): value is Value => values.some((one) => one === value)
  return z
    .unknown()
    .transform((value, check): Value => {
      if (isOne(value)) return value
      check.addIssue({
        code: 'custom',
        message: isAbsent(value) ? required(name) : `The selected ${name} is invalid.`,
      })
      return z.NEVER
    })
    .meta({ type: 'string', enum: [...values] })
}

function problemOf(name: string, value: unknown, { min, max }: Bounds): string | null {
  if (isAbsent(value)) return required(name)
  if (typeof value !== 'number' || !Number.isInteger(value)) return `The ${name} must be an integer.`
  if (value < min) return `The ${name} must be at least ${String(min)}.`
  return value > max ? `The ${name} must not be greater than ${String(max)}.` : null
}

function required(name: string): string {
  return `The ${name} field is required.`
}

/** Laravel takes an empty text for nothing. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}
