import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { usd, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'

/** A payment that its bank looks into: what is left of its credit is frozen meanwhile. */
export type FrozenPayment = Readonly<{
  id: string
  /** `warning`: the bank reports the card, and nobody has asked for the money back. */
  kind: 'dispute' | 'warning'
  /** What is disputed. */
  amount: Money
  held: Money
  paidAt: Date
}>

/** What is owed because a payment was taken back whose credit was used. */
export type OwedPayment = Readonly<{ id: string; kind: 'refund' | 'dispute'; left: Money; paidAt: Date }>

export type PaymentTrouble = Readonly<{ frozen: readonly FrozenPayment[]; owed: readonly OwedPayment[] }>

const micros = z.string().transform((text) => usd(BigInt(text)))
const instant = z.string().transform((text) => new Date(text))

const row = z.object({
  frozen: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['dispute', 'warning']),
      amount: micros,
      held: micros,
      paidAt: instant,
    }),
  ),
  owed: z.array(
    z.object({ id: z.string(), kind: z.enum(['refund', 'dispute']), left: micros, paidAt: instant }),
  ),
})

/**
 * What keeps the account's credit from being used although it was paid, and what it owes for payments that were taken
 * back: nearly always nothing. One round trip. @throws BillingError `database_unavailable`
 */
export async function getPaymentTrouble(ctx: Context): Promise<PaymentTrouble> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const [found] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select
        coalesce((
          select json_agg(json_build_object('id', r.id, 'kind', r.kind, 'amount', r.amount_micros::text,
              'held', r.held_micros::text, 'paidAt', p.occurred_at) order by r.created_at, r.id)
            from payment_return r
              join ledger.posting p on p.account_id = r.account_id and p.reference = r.stripe_invoice_id
           where r.account_id = ${accountId} and r.effect = 'holds'), '[]') as frozen,
        coalesce((
          select json_agg(json_build_object('id', d.reference, 'kind', d.code, 'left', d.left_micros::text,
              'paidAt', p.occurred_at) order by d.posting_id)
            from payment_debts(${accountId}) as d
              join ledger.posting p on p.account_id = ${accountId} and p.reference = d.deposit_reference), '[]') as owed`,
  )
  return row.parse(found)
}
