import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { invariant } from '@/lib/kit/assert'
import { newId } from '@/lib/kit/ids'
import { actorName, requireSystemOr } from '../actor'
import type { Context } from '../context'
import { sha256OfRequest } from '../top-ups/request-hash'

export type ClaimRequest = Readonly<{
  accountId: bigint
  trigger: 'threshold' | 'scheduled' | 'test'
  /** The caller's, for a test. */
  idempotencyKey: string | null
}>

/**
 * claimed: `purchaseId` is to be charged. replayed: the key was answered with it before. in_flight: it has no known end
 * yet. All others: see `claim_auto_top_up`, which decides; nothing is to be charged.
 */
export type Claim =
  | Readonly<{ status: 'claimed' | 'replayed' | 'in_flight'; purchaseId: string }>
  | Readonly<{ status: z.infer<typeof refusals> }>

const refusals = z.enum([
  'mismatch',
  'not_configured',
  'off',
  'subscribed',
  'disputed',
  'cooling',
  'enough',
  'not_due',
  'missed',
  'too_often',
  'daily_limit_exceeded',
  'monthly_cap_exceeded',
  'no_customer',
])

const row = z.union([
  z
    .object({ status: z.enum(['claimed', 'replayed', 'in_flight']), purchase_id: z.string() })
    .transform(({ status, purchase_id: purchaseId }) => ({ status, purchaseId })),
  z.object({ status: refusals }).transform(({ status }) => ({ status })),
])

/**
 * Decides whether to charge now and writes the purchase down, in one call under the account's lock: any number at once, on
 * any number of machines, claim one. @throws BillingError `database_unavailable`
 */
export async function claimAutoTopUp(ctx: Context, request: ClaimRequest): Promise<Claim> {
  const own = requireSystemOr(ctx.actor, 'billing:write')
  const { accountId, trigger, idempotencyKey } = request
  invariant(own === null || own === accountId, 'a person claims for their own account only')
  const purchaseId = newId('ord')
  const [found] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select status, purchase_id
        from claim_auto_top_up(${accountId}, ${purchaseId}, ${trigger}, ${ctx.payments.livemode}, ${actorName(ctx.actor)},
          ${ctx.limits.autoTopUpPerDay.micros}, ${idempotencyKey}, ${sha256OfRequest('auto-top-up', trigger)}, ${ctx.now()})`,
  )
  return row.parse(found)
}
