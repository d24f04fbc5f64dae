import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'

const rows = z.array(z.object({ stripe_customer_id: z.string().nullable() })).max(1)

/** The account's customer at the payment provider; null before its first purchase. */
export async function findCustomer(db: Database, accountId: bigint): Promise<string | null> {
  const found = rows.parse(
    await callDatabase(db, (sql) => sql`select stripe_customer_id from account where id = ${accountId}`),
  )
  return found[0]?.stripe_customer_id ?? null
}
