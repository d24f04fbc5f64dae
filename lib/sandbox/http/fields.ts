import { invalidParameter } from './api-error'
import { readShape, type Field, type Shape, type Values } from './parse-shape'
import type { FormNode } from './form'

export function text(options: { max?: number } = {}): Field<string | undefined> {
  const max = options.max ?? 5000
  return (input, path) => {
    if (input === undefined) return undefined
    if (typeof input !== 'string') throw invalidParameter(`Invalid string: ${path} must be a string`, path)
    if (input === '') {
      throw invalidParameter(
        `You passed an empty string for '${path}'. We assume empty values are an attempt to unset a parameter; however '${path}' cannot be unset. You should remove '${path}' from your request or supply a non-empty value.`,
        path,
        'parameter_invalid_empty',
      )
    }
    if (input.length > max) {
      throw invalidParameter(
        `Invalid string: ${path} must be at most ${max} characters`,
        path,
        'parameter_invalid_string_length',
      )
    }
    return input
  }
}

export function integer(options: { min?: number; max?: number } = {}): Field<number | undefined> {
  return (input, path) => {
    if (input === undefined) return undefined
    const value = typeof input === 'string' && /^-?\d{1,15}$/.test(input) ? Number(input) : null
    if (value === null) {
      throw invalidParameter(`Invalid integer: ${shown(input)}`, path, 'parameter_invalid_integer')
    }
    if (options.min !== undefined && value < options.min) {
      throw invalidParameter(
        `This value must be greater than or equal to ${options.min}.`,
        path,
        'parameter_invalid_integer',
      )
    }
    if (options.max !== undefined && value > options.max) {
      throw invalidParameter(
        `This value must be less than or equal to ${options.max}.`,
        path,
        'parameter_invalid_integer',
      )
    }
    return value
  }
}

export const timestamp = (): Field<number | undefined> => integer({ min: 0, max: 99_999_999_999 })

export function flag(): Field<boolean | undefined> {
  return (input, path) => {
    if (input === undefined) return undefined
    if (input === 'true') return true
    if (input === 'false') return false
    throw invalidParameter(`Invalid boolean: ${shown(input)}`, path)
  }
}

export function choice<const T extends string>(...options: readonly T[]): Field<T | undefined> {
  return (input, path) => {
    if (input === undefined) return undefined
    const found = options.find((option) => option === input)
    if (found !== undefined) return found
    throw invalidParameter(`Invalid ${path}: must be one of ${options.join(', ')}`, path)
  }
}

/** An ISO currency in lower case. */
export function currency(): Field<string | undefined> {
  return (input, path) => {
    if (input === undefined) return undefined
    if (typeof input === 'string' && /^[a-zA-Z]{3}$/.test(input)) return input.toLowerCase()
    throw invalidParameter(
      `Invalid currency: ${shown(input)}. Stripe currently supports three-letter ISO codes.`,
      path,
    )
  }
}

export function listOf<T>(
  item: Field<T>,
  options: { max?: number } = {},
): Field<NonNullable<T>[] | undefined> {
  return (input, path) => {
    if (input === undefined) return undefined
    if (typeof input === 'string') throw invalidParameter('Invalid array', path)
    if (options.max !== undefined && input.size > options.max) {
      throw invalidParameter(`Array must have at most ${options.max} elements`, path)
    }
    return [...Array(input.size).keys()].map((index) => {
      const value = item(input.get(String(index)), `${path}[${index}]`)
      if (value === undefined || value === null) throw invalidParameter('Invalid array', path)
      return value
    })
  }
}

/** Metadata: null clears it all, an empty value removes its key. */
export type Metadata = ReadonlyMap<string, string> | null

export function metadata(): Field<Metadata | undefined> {
  return (input, path) => {
    if (input === undefined) return undefined
    if (input === '') return null
    if (typeof input === 'string') throw invalidParameter('Invalid object', path)
    if (input.size > 50) throw invalidParameter('You can specify at most 50 metadata keys.', path)
    return new Map([...input].map(([key, value]) => [key, metadataValue(key, value, `${path}[${key}]`)]))
  }
}

function metadataValue(key: string, value: FormNode, path: string): string {
  if (key.length > 40) throw invalidParameter('Metadata keys must be at most 40 characters.', path)
  if (typeof value !== 'string') throw invalidParameter('Metadata values must be strings.', path)
  if (value.length > 500) throw invalidParameter('Metadata values must be at most 500 characters.', path)
  return value
}

export function object<S extends Shape>(shape: S): Field<Values<S> | undefined> {
  return (input, path) => {
    if (input === undefined) return undefined
    if (typeof input === 'string') throw invalidParameter('Invalid object', path)
    return readShape(shape, input, path)
  }
}

export function required<T>(field: Field<T>): Field<NonNullable<T>> {
  return (input, path) => {
    const value = field(input, path)
    if (value !== undefined && value !== null) return value
    throw invalidParameter(`Missing required param: ${path}.`, path, 'parameter_missing')
  }
}

/** An empty string unsets: null. */
export function clearable<T>(field: Field<T>): Field<T | null> {
  return (input, path) => (input === '' ? null : field(input, path))
}

/** A parameter that this version no longer takes. */
export function removed(code: string, message: string): Field<undefined> {
  return (input, path) => {
    if (input !== undefined) throw invalidParameter(message, path, code)
    return undefined
  }
}

/** Either a moment or a range of moments. */
export function range(): Field<{ gt?: number; gte?: number; lt?: number; lte?: number } | undefined> {
  const moment = timestamp()
  const bounds = object({ gt: moment, gte: moment, lt: moment, lte: moment })
  return (input, path) => {
    if (input === undefined) return undefined
    if (typeof input === 'string') {
      const exact = moment(input, path)
      return exact === undefined ? {} : { gte: exact, lte: exact }
    }
    const { gt, gte, lt, lte } = bounds(input, path) ?? {}
    return {
      ...(gt === undefined ? {} : { gt }),
      ...(gte === undefined ? {} : { gte }),
      ...(lt === undefined ? {} : { lt }),
      ...(lte === undefined ? {} : { lte }),
    }
  }
}

function shown(input: FormNode): string {
  return typeof input === 'string' ? input.slice(0, 100) : 'an object'
}
