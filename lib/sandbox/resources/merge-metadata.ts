import type { Metadata } from '../http/fields'

/** Metadata after an update: sent keys replace, empty values remove, null removes all. */
export function merged(
  before: Readonly<Record<string, string>> | null,
  sent: Metadata | undefined,
): Record<string, string> {
  if (sent === undefined) return { ...before }
  if (sent === null) return {}
  return Object.fromEntries(
    [...new Map([...Object.entries(before ?? {}), ...sent])].filter(([, value]) => value !== ''),
  )
}
