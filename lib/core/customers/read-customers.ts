import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'

const rows = z.array(z.object({ id: z.string() }))

/** The account's customer at the payment provider, and after it those it had before one was replaced. */
export async function readCustomers(db: Database, accountId: bigint): Promise<readonly string[]> {
  const found = await callDatabase(
    db,
    (sql) => sql`
      select id from (
        select stripe_customer_id as id, 1 as rank, created_at from account
         where id = ${accountId} and stripe_customer_id is not null
        union all
        select stripe_customer_id, 2, created_at from credit_order where account_id = ${accountId}
        union all
        select stripe_customer_id, 2, created_at from subscription_order where account_id = ${accountId}
      ) as known group by id order by min(rank), max(created_at) desc`,
  )
  return rows.parse([...found]).map((row) => row.id)
}
