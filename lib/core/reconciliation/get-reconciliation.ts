import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { usd } from '@/lib/kit/money'
import { requireStaff } from '../actor'
import type { Context } from '../context'

/** More open differences than this are a fault of the whole, not of each. */
const OPEN_MAX = 200
const PAST_MAX = 20

const difference = z
  .object({
    id: z.bigint(),
    kind: z.enum([
      'missing_in_books',
      'missing_at_provider',
      'amount_differs',
      'state_differs',
      'not_ours',
      'unreadable',
    ]),
    object: z.enum(['invoice', 'refund', 'dispute', 'warning']),
    object_id: z.string(),
    account_id: z.bigint().nullable(),
    account_name: z.string().nullable(),
    provider_micros: z.bigint().nullable(),
    booked_micros: z.bigint().nullable(),
    reason: z.string().nullable(),
    first_seen_at: z.date(),
    last_seen_at: z.date(),
    resolved_at: z.date().nullable(),
    resolution: z.enum(['repaired', 'agrees', 'accepted']).nullable(),
    note: z.string().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    kind: row.kind,
    object: row.object,
    objectId: row.object_id,
    account:
      row.account_id === null || row.account_name === null
        ? null
        : { id: row.account_id, name: row.account_name },
    /** Null: nothing, or not in dollars. */
    atProvider: row.provider_micros === null ? null : usd(row.provider_micros),
    /** Null: nothing. */
    inBooks: row.booked_micros === null ? null : usd(row.booked_micros),
    reason: row.reason,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    resolvedAt: row.resolved_at,
    resolution: row.resolution,
    note: row.note,
  }))

const run = z
  .object({
    id: z.string(),
    since: z.date(),
    until: z.date(),
    state: z.enum(['asked', 'running', 'done', 'failed']),
    requested_by: z.string(),
    requested_at: z.date(),
    compared: z.number(),
    found: z.number(),
    repaired: z.number(),
    unheard: z.number(),
    error: z.string().nullable(),
  })
  .transform(({ requested_by: requestedBy, requested_at: requestedAt, ...row }) => ({
    ...row,
    requestedBy,
    requestedAt,
  }))

/** Where the books and the provider do not agree, or did not. Times of seeing and resolving are real. */
export type Difference = z.infer<typeof difference>
/** One comparison; its span is business time. */
export type Comparison = z.infer<typeof run>

type ReconciliationState = Readonly<{
  /** Business time: how far all is compared without a gap; null before the first comparison. */
  matchedUntil: Instant | null
  /** Open ones, the oldest first. */
  differences: readonly Difference[]
  /** Money at the provider that nothing of ours asked for, and that staff have not accepted. */
  notOurs: readonly Difference[]
  /** The latest to be closed first. */
  resolved: readonly Difference[]
  /** The latest first. */
  comparisons: readonly Comparison[]
}>

/** How the books and the provider compare. @throws BillingError `forbidden`, `database_unavailable` */
export async function getReconciliation(ctx: Context): Promise<ReconciliationState> {
  requireStaff(ctx.actor, 'staff:read')
  const [state, open, resolved, comparisons] = await Promise.all([
    callDatabase(
      ctx.db,
      (sql) => sql<{ matched_until: Date }[]>`select matched_until from reconciliation_state`,
    ),
    callDatabase(
      ctx.db,
      (sql) => sql`
        select d.*, a.name as account_name from reconciliation_difference d left join account a on a.id = d.account_id
         where d.resolved_at is null order by d.kind = 'not_ours', d.first_seen_at, d.id limit ${OPEN_MAX}`,
    ),
    callDatabase(
      ctx.db,
      (sql) => sql`
        select d.*, a.name as account_name from reconciliation_difference d left join account a on a.id = d.account_id
         where d.resolved_at is not null order by d.resolved_at desc limit ${PAST_MAX}`,
    ),
    callDatabase(
      ctx.db,
      (sql) => sql`select * from reconciliation order by requested_at desc limit ${PAST_MAX}`,
    ),
  ])
  const differences = z.array(difference).parse([...open])
  return {
    matchedUntil: state[0]?.matched_until ?? null,
    differences: differences.filter(({ kind }) => kind !== 'not_ours'),
    notOurs: differences.filter(({ kind }) => kind === 'not_ours'),
    resolved: z.array(difference).parse([...resolved]),
    comparisons: z.array(run).parse([...comparisons]),
  }
}
