import type { Context } from '@/lib/core/context'

/** After so many a round ends: where Stripe is away, it is not asked about everything there is. */
const FAILURES_MAX = 10

type Work<T> = Readonly<{
  /** For the log: what one of them is, in the plural. */
  what: string
  each(item: T): Promise<void>
  /** Puts off one that failed, so that those behind it get their turn. */
  postpone(item: T): Promise<void>
  /** Names one in the log. */
  name(item: T): string
}>

/** Works on one after the other; one that fails stands in nobody's way. @throws Error that counts those, after all others */
export async function workThrough<T>(
  { log }: Pick<Context, 'log'>,
  items: readonly T[],
  { what, each, postpone, name }: Work<T>,
): Promise<number> {
  let worked = 0
  let failures = 0
  for (const item of items) {
    if (failures === FAILURES_MAX) break
    try {
      await each(item)
      worked++
    } catch (error) {
      failures++
      log.error({ id: name(item), err: error }, `one of the ${what} could not be worked on`)
      await postpone(item)
    }
  }
  if (failures > 0)
    throw new Error(`${String(failures)} ${what} could not be worked on, ${String(worked)} were.`)
  return worked
}
