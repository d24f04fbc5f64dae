import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import { usd } from '@/lib/kit/money'
import { arrangeFares } from './arrange-fares'
import type { FareTable } from './fare'

/** For this long a process may go on with the fares that it read; a new version therefore begins later than that. */
export const FARES_AGE_MS = 60_000

type Reading = Readonly<{ readAt: number; fares: Promise<FareTable> }>

const readings = new WeakMap<Database, Reading>()

const rows = z.array(
  z
    .object({
      kind: z.enum(['call', 'sms']),
      prefix: z.string(),
      effective_from: z.date(),
      name: z.string(),
      price_micros: z.bigint(),
      increment_seconds: z.int().nullable(),
      minimum_seconds: z.int().nullable(),
    })
    .transform((row) => ({
      kind: row.kind,
      prefix: row.prefix,
      effectiveFrom: row.effective_from,
      name: row.name,
      price: usd(row.price_micros),
      incrementSeconds: row.increment_seconds ?? 1,
      minimumSeconds: row.minimum_seconds ?? 0,
    })),
)

/** All fares, as they were at most `FARES_AGE_MS` of real time ago. @throws BillingError `database_unavailable` */
export function readFares(db: Database): Promise<FareTable> {
  const known = readings.get(db)
  if (known !== undefined && performance.now() - known.readAt < FARES_AGE_MS) return known.fares
  const reading = { readAt: performance.now(), fares: loadFares(db) }
  readings.set(db, reading)
  reading.fares.catch(() => {
    // The next caller asks again.
    if (readings.get(db) === reading) readings.delete(db)
  })
  return reading.fares
}

async function loadFares(db: Database): Promise<FareTable> {
  const found = await callDatabase(
    db,
    (sql) => sql`
      select kind, prefix, effective_from, name, price_micros, increment_seconds, minimum_seconds from fare`,
  )
  return arrangeFares(rows.parse([...found]))
}
