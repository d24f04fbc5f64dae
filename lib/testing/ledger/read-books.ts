import { z } from 'zod'
import type { Sql } from '@/lib/db/client'

const posting = z.object({
  id: z.bigint(),
  code: z.string(),
  reference: z.string(),
  total: z.bigint(),
  balance: z.bigint(),
  answer: z.record(z.string(), z.unknown()),
  target_id: z.bigint().nullable(),
  occurred_at: z.string(),
  legs: z.array(z.object({ from: z.string(), to: z.string(), micros: z.string() })),
})
export type BookedPosting = z.infer<typeof posting>

/** What was posted after `afterId`, in the order in which the account's lock let it through. */
export async function readPostings(sql: Sql, accountId: bigint, afterId: bigint): Promise<BookedPosting[]> {
  const rows = await sql`
    select id, code, reference, total_micros as total, balance_micros as balance, answer, target_id,
      to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as occurred_at,
      coalesce((select json_agg(json_build_object('from', from_id::text, 'to', to_id::text, 'micros', amount_micros::text)
        order by leg) from ledger.transfer where transfer.account_id = posting.account_id and posting_id = posting.id), '[]') as legs
    from ledger.posting where account_id = ${accountId} and id > ${afterId} order by id`
  return z.array(posting).parse(rows)
}

const account = z.object({
  id: z.bigint(),
  balance: z.bigint(),
  clawed: z.bigint().nullable(),
  below_zero_since: z.string().nullable(),
})

/** Every ledger account of the account, by id. */
export async function readAccounts(sql: Sql, accountId: bigint): Promise<z.infer<typeof account>[]> {
  const rows = await sql`
    select id, balance_micros as balance, clawed_micros as clawed,
      to_char(below_zero_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as below_zero_since
    from ledger.ledger_account where account_id = ${accountId} order by id`
  return z.array(account).parse(rows)
}
