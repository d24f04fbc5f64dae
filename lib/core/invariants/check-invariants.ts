import { z } from 'zod'
import type { Sql } from '@/lib/db/client'

/** A law of the books, or of what is shown of them, that a row breaks. */
export type Violation = Readonly<{ law: string; accountId: bigint; rowId: bigint | null; detail: string }>

const rows = z.array(
  z.object({ law: z.string(), account_id: z.bigint(), row_id: z.bigint().nullable(), detail: z.string() }),
)

/**
 * Every broken law of the books, of numbers and their rent, of allowances, orders, adjustments and what takes payments
 * back, at most 100 rows; empty when they are right. Any role that may read the ledger may ask.
 */
export async function checkInvariants(sql: Sql): Promise<readonly Violation[]> {
  const found = rows.parse(
    await sql`
      (select law, account_id, row_id, detail from ledger.violations limit 100)
      union all
      (select law, account_id, row_id, detail from activity_violation limit 100)
      union all
      (select law, account_id, row_id, detail from number_violation limit 100)
      union all
      (select law, account_id, row_id, detail from allowance_violation limit 100)
      union all
      (select law, account_id, row_id, detail from credit_order_violation limit 100)
      union all
      (select law, account_id, row_id, detail from adjustment_violation limit 100)
      union all
      (select law, account_id, row_id, detail from refund_violation limit 100)
      limit 100`,
  )
  return found.map((row) => ({
    law: row.law,
    accountId: row.account_id,
    rowId: row.row_id,
    detail: row.detail,
  }))
}
