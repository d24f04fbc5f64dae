import { callDatabase } from '@/lib/db/call'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import { cancelPurchase } from './cancel-purchase'
import { chargePurchase } from './charge-purchase'
import type { PurchaseResult } from './read-purchase'
import { FAILURES } from './refusal-of-purchase'

export type UnsettledPurchase = Readonly<{
  id: string
  /** It waits for a customer whose time is over. */
  expired: boolean
}>

/** Purchases that nobody is at and that have no end yet, and those whose link is over, the longest due first. */
export async function listUnsettledPurchases(
  ctx: Context,
  countMax: number,
): Promise<readonly UnsettledPurchase[]> {
  requireSystem(ctx.actor)
  return callDatabase(
    ctx.db,
    (sql) => sql<UnsettledPurchase[]>`
      select id, state = 'requires_action' as expired from purchase
       where state in ('created', 'charging', 'requires_action', 'unknown') and due_at <= clock_timestamp()
         and (state <> 'requires_action' or link_expires_at <= ${ctx.now()})
       order by due_at limit ${countMax}`,
  )
}

/**
 * Brings a purchase to its end under the keys of its first attempt, or by looking up what came of that; closes one whose
 * link is over. What still cannot be known is taken up again later.
 * @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function resolvePurchase(ctx: Context, purchase: UnsettledPurchase): Promise<PurchaseResult> {
  requireSystem(ctx.actor)
  return purchase.expired
    ? cancelPurchase(ctx, purchase.id, FAILURES.linkExpired)
    : chargePurchase(ctx, purchase.id)
}

/** Puts off one that could not be closed, so that those behind it get their turn. */
export async function postponePurchase(ctx: Context, purchase: UnsettledPurchase): Promise<void> {
  requireSystem(ctx.actor)
  await callDatabase(ctx.db, (sql) => sql`select leave_purchase(${purchase.id}, interval '1 minute')`)
}
