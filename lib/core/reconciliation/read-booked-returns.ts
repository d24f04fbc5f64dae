import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import { usd } from '@/lib/kit/money'
import type { PaymentReturn } from '../ports/payment-provider'
import type { BookedReturn } from './decide-return-difference'

export type KnownReturn = Readonly<{ id: string; kind: PaymentReturn['kind']; paymentId: string }>

const booked = z
  .object({
    id: z.string(),
    effect: z.enum(['claws', 'holds', 'none']),
    amount_micros: z.bigint(),
    account_id: z.bigint().nullable(),
    applied: z.boolean(),
    dismissed: z.boolean(),
  })
  .transform((row) => ({
    id: row.id,
    effect: row.effect,
    amount: usd(row.amount_micros),
    accountId: row.account_id,
    isApplied: row.applied,
    isDismissed: row.dismissed,
  }))

/** What the books have of these refunds, disputes and warnings, by id. That shares were taken rightly is an invariant. */
export async function readBookedReturns(
  db: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, BookedReturn>> {
  const rows = await callDatabase(
    db,
    (sql) => sql`
      select id, effect, amount_micros, account_id, dismissed_at is not null as dismissed,
          effect <> 'claws' or share_micros = 0 or claw_reference is not null as applied
        from payment_return where id = any (${[...ids]})`,
  )
  return new Map(
    z
      .array(booked)
      .parse([...rows])
      .map((row) => [row.id, row]),
  )
}

/** Those of these that were found to be none of ours before, and are not worth being read again one by one. */
export async function readForeignReturns(db: Database, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await callDatabase(
    db,
    (sql) => sql<{ object_id: string }[]>`
      select distinct object_id from reconciliation_difference
       where object <> 'invoice' and object_id = any (${[...ids]}) and kind = 'not_ours'
         and (resolved_at is null or resolution = 'accepted')`,
  )
  return new Set(rows.map((row) => row.object_id))
}

/** The end of one may come long after it was made: more than this are never open at once. */
const OPEN_MAX = 10_000

const known = z.array(
  z.object({ id: z.string(), kind: z.enum(['refund', 'dispute', 'warning']), payment_id: z.string() }),
)

/**
 * What the books have that was made in a span of time, and whatever is still open or differed when it was last looked at,
 * however long ago it was made.
 */
export async function listReturnsToCheck(
  db: Database,
  since: Instant,
  until: Instant,
): Promise<readonly KnownReturn[]> {
  const rows = await callDatabase(
    db,
    (sql) => sql`
      select id, kind, stripe_payment_id as payment_id from payment_return r
       where created_at >= ${since} and created_at < ${until}
          or effect = 'holds' or state in ('pending', 'requires_action')
          or exists (select from reconciliation_difference d
                      where d.object = r.kind and d.object_id = r.id and d.resolved_at is null and d.kind <> 'not_ours')
       order by created_at, id limit ${OPEN_MAX}`,
  )
  return known.parse([...rows]).map(({ payment_id: paymentId, ...row }) => ({ ...row, paymentId }))
}

/** The inbox rows that wait to have what takes a payment back read again. */
export async function listWaitingEvents(db: Database, paymentId: string): Promise<readonly string[]> {
  const rows = await callDatabase(
    db,
    (sql) => sql<{ id: string }[]>`
      select id from stripe_event where subject = ${`returns:${paymentId}`} and state in ('received', 'failed')`,
  )
  return rows.map((row) => row.id)
}
