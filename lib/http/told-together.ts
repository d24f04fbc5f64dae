import type { Foretold } from '@/lib/core/account-question'

/** A JSON answer as it is sent, but for what marks the request. */
export type Written = Readonly<{ text: string; headers: Readonly<Record<string, string>> }>

type Known = Readonly<{ address: string; written: Promise<Written> }>

const answers = new WeakMap<Foretold, Map<object, Known>>()

/**
 * Requests that one statement told the same, of one caller, get the same answer from the same route: it is worked out and
 * written once for all of them. `address` is what else it depends on, path and query.
 */
export function writeOnce(
  foretold: Foretold,
  route: object,
  address: string,
  write: () => Promise<Written>,
): Promise<Written> {
  const known = answers.get(foretold) ?? new Map<object, Known>()
  answers.set(foretold, known)
  const found = known.get(route)
  if (found?.address === address) return found.written
  const written = write()
  known.set(route, { address, written })
  return written
}
