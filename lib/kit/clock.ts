/** A moment of business time. JavaScript dates carry milliseconds; the database keeps microseconds. */
export type Instant = Date

/**
 * Where business time comes from (occurred_at, due dates, expiry). Read once per request or job, so that one
 * deed sees one moment. Leases, sessions and signature checks use real time instead.
 */
export type Clock = { read(): Promise<Instant> }

/** The machine's own clock. */
export const systemClock: Clock = { read: () => Promise.resolve(new Date()) }

/** A clock that stands still until it is told to move: for tests of pure decisions. */
export function fixedClock(start: Instant): Clock & { advanceSeconds(seconds: number): void } {
  let now = start.getTime()
  return {
    read: () => Promise.resolve(new Date(now)),
    advanceSeconds: (seconds) => {
      now += seconds * 1000
    },
  }
}
