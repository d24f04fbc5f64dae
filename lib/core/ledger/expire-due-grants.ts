import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'

const rows = z.tuple([z.object({ expired: z.int() })])

/**
 * Expires the due grants of up to `grantsMax` grants' accounts and answers how many it expired; fewer than that: none is
 * left. Balances do not depend on it, every posting expires what is due first; it makes expiry visible on time.
 */
export function expireDueGrants(db: Database, now: Instant, grantsMax: number): Promise<number> {
  return callDatabase(db, async (sql) => {
    const [row] = rows.parse(await sql`select ledger.expire_due_grants(${now}, ${grantsMax}) as expired`)
    return row.expired
  })
}
