import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../is-record'
import { plainJson } from '../plain-json'
import type { Json, JsonObject } from '../wire'

/** The old values of the fields that differ, as `previous_attributes` tells them; null where nothing changed. */
export function changedFields(before: object, after: object): JsonObject | null {
  const old = new Map<string, unknown>(Object.entries(before))
  const changed: [string, Json][] = []
  for (const [name, value] of Object.entries(after)) {
    const previous = old.get(name)
    if (isDeepStrictEqual(previous, value)) continue
    const inner = isRecord(previous) && isRecord(value) ? changedFields(previous, value) : null
    changed.push([name, inner ?? plainJson(previous ?? null)])
  }
  return changed.length === 0 ? null : Object.fromEntries(changed)
}
