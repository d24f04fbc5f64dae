import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import { usd, type Money } from '@/lib/kit/money'

/** What takes a payment back, and what the books have made of it. */
export type StoredReturn = Readonly<{
  id: string
  kind: 'refund' | 'dispute' | 'warning'
  /** The provider's word for how it stands. */
  state: string
  effect: 'claws' | 'holds' | 'none'
  amount: Money
  /** The credit that it has taken, and that it has frozen. */
  clawed: Money
  held: Money
  reason: string | null
  respondBy: Date | null
  /** A warning that staff found to be unfounded. */
  isDismissed: boolean
  createdAt: Date
}>

/** A card payment for credit, with all that takes it back, the newest first. */
export type CardPayment = Readonly<{
  postingId: bigint
  /** The provider's: the deposit's reference. */
  invoiceId: string
  paid: Money
  granted: Money
  isAutomatic: boolean
  isReversed: boolean
  occurredAt: Date
  returns: readonly StoredReturn[]
}>

const micros = z.string().transform((text) => usd(BigInt(text)))
const instant = z.string().transform((text) => new Date(text))

const row = z
  .object({
    posting_id: z.bigint(),
    invoice_id: z.string(),
    paid_micros: z.bigint().transform(usd),
    granted_micros: z.bigint().transform(usd),
    is_automatic: z.boolean(),
    is_reversed: z.boolean(),
    occurred_at: z.date(),
    returns: z.array(
      z.object({
        id: z.string(),
        kind: z.enum(['refund', 'dispute', 'warning']),
        state: z.string(),
        effect: z.enum(['claws', 'holds', 'none']),
        amount: micros,
        clawed: micros,
        held: micros,
        reason: z.string().nullable(),
        respondBy: instant.nullable(),
        isDismissed: z.boolean(),
        createdAt: instant,
      }),
    ),
  })
  .transform(
    ({
      posting_id: postingId,
      invoice_id: invoiceId,
      occurred_at: occurredAt,
      returns,
      ...found
    }): CardPayment => ({
      postingId,
      invoiceId,
      paid: found.paid_micros,
      granted: found.granted_micros,
      isAutomatic: found.is_automatic,
      isReversed: found.is_reversed,
      occurredAt,
      returns,
    }),
  )

/**
 * Card payments of an account, the newest first: those before a posting, or the one of an invoice; null: whichever.
 * Only rows of that account, whatever else is asked for.
 */
export async function readPayments(
  db: Database,
  accountId: bigint,
  {
    before = null,
    invoiceId = null,
    countMax,
  }: Readonly<{ before?: bigint | null; invoiceId?: string | null; countMax: number }>,
): Promise<readonly CardPayment[]> {
  const rows = await callDatabase(
    db,
    (sql) => sql`
      select p.id as posting_id, p.reference::text as invoice_id, coalesce(o.due_micros, p.total_micros) as paid_micros,
          p.total_micros::bigint as granted_micros, coalesce(b."trigger" <> 'manual', false) as is_automatic,
          exists (select from ledger.posting r where r.account_id = p.account_id and r.reference = 'reversal:' || p.id)
            as is_reversed,
          p.occurred_at::timestamptz as occurred_at,
          coalesce((
            select json_agg(json_build_object('id', r.id, 'kind', r.kind, 'state', r.state, 'effect', r.effect,
                'amount', r.amount_micros::text, 'clawed', r.clawed_micros::text, 'held', r.held_micros::text,
                'reason', r.reason, 'respondBy', r.respond_by, 'isDismissed', r.dismissed_at is not null,
                'createdAt', r.created_at) order by r.created_at desc, r.id)
              from payment_return r where r.stripe_invoice_id = p.reference and r.account_id = p.account_id), '[]') as returns
        from ledger.posting p
          left join credit_order o on o.account_id = p.account_id and o.stripe_invoice_id = p.reference
          left join purchase b on b.id = o.id
       where p.account_id = ${accountId} and p.code = 'deposit_card'
         and p.id < coalesce(${before}::bigint, 9223372036854775807)
         and p.reference = coalesce(${invoiceId}::text, p.reference)
       order by p.id desc limit ${countMax}`,
  )
  return rows.map((found) => row.parse(found))
}
