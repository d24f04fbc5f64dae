import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import { usd, type Money } from '@/lib/kit/money'

/** What an account owes because a payment was taken back: part of what its balance is below zero. */
export type PaymentDebt = Readonly<{
  kind: 'refund' | 'dispute'
  /** The invoice of the payment. */
  invoiceId: string
  left: Money
}>

const row = z
  .object({
    code: z.enum(['refund', 'dispute']),
    deposit_reference: z.string(),
    left_micros: z.bigint().transform(usd),
  })
  .transform(({ code: kind, deposit_reference: invoiceId, left_micros: left }) => ({ kind, invoiceId, left }))

/** An account's debts by what left them, the oldest, which is repaid first, first. */
export async function readDebts(db: Database, accountId: bigint): Promise<readonly PaymentDebt[]> {
  const rows = await callDatabase(
    db,
    (sql) => sql`select code, deposit_reference, left_micros from payment_debts(${accountId})`,
  )
  return rows.map((found) => row.parse(found))
}
