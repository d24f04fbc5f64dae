/** A moment of business time. JavaScript dates carry milliseconds; the database keeps microseconds. */
export type Instant = Date

/**
 * Where business time comes from (occurred_at, due dates, expiry). Read once per request or job, so that one
 * deed sees one moment. Leases, sessions and signature checks use real time instead.
 */
export type Clock = { read(): Promise<Instant> }

/** The machine's own clock. */
export const systemClock: Clock = { read: () => Promise.resolve(new Date()) }
