import { callDatabase } from '@/lib/db/call'
import { invariant } from '@/lib/kit/assert'
import { requireSystemOr } from '../actor'
import type { Context } from '../context'
import { readPurchase, type PurchaseResult } from './read-purchase'

export type PurchaseFailure = Readonly<{
  /** The provider's code, or one of `FAILURES`. */
  code: string
  /** The bank's reason, where it gave one. */
  declineCode: string | null
  /** Only as long as whoever made this attempt holds it; null: in any case. */
  attempt: number | null
  /** Nothing was asked of the provider: a retry with the caller's key begins anew. */
  freesKey: boolean
}>

/**
 * Ends a purchase that was not paid. The caller has seen to it that nobody can pay it any more. What it has come to is
 * answered: where it was paid all the same, that stands.
 * @throws BillingError `impersonating`, `forbidden`, `database_unavailable`
 */
export async function failPurchase(
  ctx: Context,
  purchaseId: string,
  { code, declineCode, attempt, freesKey }: PurchaseFailure,
): Promise<PurchaseResult> {
  const accountId = requireSystemOr(ctx.actor, 'billing:write')
  await callDatabase(
    ctx.db,
    (sql) => sql`
      select fail_purchase(${purchaseId}, ${code}, ${declineCode}, ${attempt}, ${freesKey}, ${ctx.now()})`,
  )
  const result = await readPurchase(ctx.db, accountId, purchaseId)
  invariant(result !== null, 'a purchase that fails is there')
  return result
}
