import type { Json, JsonObject } from './wire'

/** A deep copy as JSON would carry it: no undefined members, nothing shared with the original. */
export function plainJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  if (Array.isArray(value)) return value.map(plainJson)
  return typeof value === 'object' ? plainObject(value) : null
}

export function plainObject(value: object): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) =>
      member === undefined ? [] : [[key, plainJson(member)]],
    ),
  )
}
