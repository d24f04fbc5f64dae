import type { PostgresType } from 'postgres'
import { invariant } from '@/lib/kit/assert'

/**
 * The array types that statements of ours take and answer with, by their fixed ids. The driver could ask the server for
 * all of them at every connect, but where that question meets a dying backend its failure reaches nobody who could
 * catch it, and takes the process down.
 */
export const ARRAY_TYPES = {
  textArray: arrayType(1009, (text) => text),
  intArray: arrayType(1007, Number),
}

function arrayType<T>(id: number, parseElement: (text: string) => T): PostgresType<T[]> {
  return {
    to: id,
    from: [id],
    // drizzle writes the literal itself.
    serialize: (value: unknown) => (Array.isArray(value) ? literal(value) : value),
    parse: (text: string) => elements(text).map(parseElement),
  }
}

function literal(values: readonly unknown[]): string {
  return `{${values.map(quote).join(',')}}`
}

function quote(value: unknown): string {
  if (value === null) return 'NULL'
  invariant(typeof value === 'string' || typeof value === 'number', 'arrays hold texts and integers')
  return `"${String(value).replaceAll(/["\\]/g, '\\$&')}"`
}

/** The elements of a one-dimensional array without nulls, as PostgreSQL writes it. */
function elements(text: string): string[] {
  const inside = text.slice(1, -1)
  // Most hold no quotes, and then a comma only separates: this is on the way of every authenticated request.
  if (!inside.includes('"')) return inside === '' ? [] : inside.split(',')
  const found = inside.matchAll(/"((?:[^"\\]|\\.)*)"|([^",]+)/g)
  return Array.from(found, ([, quoted, plain]) => quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '')
}
