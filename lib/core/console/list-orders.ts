import { z } from 'zod'
import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'

const PAGE = 20

/** What came of charging a saved method. */
export type PaymentAttempt = Readonly<{
  trigger: 'manual' | 'threshold' | 'scheduled' | 'test'
  state: string
  /** The provider's or one of ours, and the bank's; null where nothing failed. */
  failureCode: string | null
  declineCode: string | null
  method: Readonly<{ brand: string | null; last4: string | null }> | null
  /** How often the provider was asked. */
  attempts: number
}>

/** An order of credits, from its beginning. */
export type CreditOrder = Readonly<{
  id: string
  state: string
  /** Null where the customer chooses the amount in Checkout and has not paid. */
  amount: Money | null
  requestedBy: string
  checkoutId: string | null
  invoiceId: string | null
  createdAt: Instant
  settledAt: Instant | null
  /** Null for one that is paid in Checkout: what was tried there, only the provider knows. */
  attempt: PaymentAttempt | null
}>

const rows = z.array(
  z.object({
    id: z.string(),
    state: z.string(),
    amount: z.bigint().nullable(),
    requested_by: z.string(),
    stripe_session_id: z.string().nullable(),
    invoice_id: z.string().nullable(),
    created_at: z.date(),
    settled_at: z.date().nullable(),
    trigger: z.enum(['manual', 'threshold', 'scheduled', 'test']).nullable(),
    attempt_state: z.string().nullable(),
    failure_code: z.string().nullable(),
    decline_code: z.string().nullable(),
    method_type: z.string().nullable(),
    method_brand: z.string().nullable(),
    method_last4: z.string().nullable(),
    attempts: z.int().nullable(),
  }),
)
type Row = z.infer<typeof rows>[number]

/**
 * The account's orders of credits with what was tried to have them paid, the newest first; after the order `after`, null: from
 * the first. @throws BillingError `forbidden`, `database_unavailable`
 */
export async function listOrders(
  ctx: Context,
  { accountId, after }: Readonly<{ accountId: bigint; after: string | null }>,
): Promise<Readonly<{ orders: readonly CreditOrder[]; nextAfter: string | null }>> {
  requireStaff(ctx.actor, 'staff:read')
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      select o.id, o.state, coalesce(b.amount_micros, o.due_micros, p.total_micros) as amount, o.requested_by,
          o.stripe_session_id, coalesce(o.stripe_invoice_id, b.stripe_invoice_id) as invoice_id, o.created_at, o.settled_at,
          b."trigger", b.state as attempt_state, b.failure_code, b.decline_code, b.method_type, b.method_brand,
          b.method_last4, b.attempts
        from credit_order o
          left join purchase b on b.id = o.id
          left join ledger.posting p on p.account_id = o.account_id and p.reference = o.stripe_invoice_id
        where o.account_id = ${accountId} and (${after}::text is null or (o.created_at, o.id) < (
          select last.created_at, last.id from credit_order last where last.account_id = ${accountId} and last.id = ${after}))
        order by o.created_at desc, o.id desc limit ${PAGE + 1}`,
  )
  const read = rows.parse([...found])
  const orders = read.slice(0, PAGE).map(orderOf)
  return { orders, nextAfter: read.length > PAGE ? (orders.at(-1)?.id ?? null) : null }
}

function orderOf(row: Row): CreditOrder {
  return {
    id: row.id,
    state: row.state,
    amount: row.amount === null ? null : usd(row.amount),
    requestedBy: row.requested_by,
    checkoutId: row.stripe_session_id,
    invoiceId: row.invoice_id,
    createdAt: row.created_at,
    settledAt: row.settled_at,
    attempt: attemptOf(row),
  }
}

function attemptOf(row: Row): PaymentAttempt | null {
  const { trigger, attempt_state: state, attempts } = row
  if (trigger === null || state === null || attempts === null) return null
  const { method_type: type, method_brand: brand, method_last4: last4 } = row
  return {
    trigger,
    state,
    failureCode: row.failure_code,
    declineCode: row.decline_code,
    method: type === null ? null : { brand, last4 },
    attempts,
  }
}
