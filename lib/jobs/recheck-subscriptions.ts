import { collectOverdraft, listOverdraftDue } from '@/lib/core/subscriptions/collect-overdraft'
import {
  forgetQuotes,
  listDueSubscriptions,
  postponeSubscription,
  recheckSubscription,
} from '@/lib/core/subscriptions/recheck-subscription'
import {
  listOpenSubscriptionOrders,
  postponeSubscriptionOrder,
  recheckSubscriptionOrder,
} from '@/lib/core/subscriptions/recheck-subscription-order'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'
import { workThrough } from './work-through'

/** A round must leave Stripe's call budget to others; what is left over is next. */
const COUNT_MAX = 100

/**
 * Asks Stripe about subscriptions and their Checkouts that no event has told of for long, and keeps what their next
 * invoice collects in step with what is owed. @throws Error that counts those that could not be asked about
 */
export async function recheckSubscriptions(
  container: Container,
): Promise<{ orders: number; subscriptions: number; collections: number }> {
  const ctx = await makeContext(container, { kind: 'system', name: 'recheck-subscriptions' }, newId('req'))
  await forgetQuotes(ctx)
  const orders = await workThrough(ctx, await listOpenSubscriptionOrders(ctx, COUNT_MAX), {
    what: 'subscription orders',
    each: (order) => recheckSubscriptionOrder(ctx, order),
    postpone: (order) => postponeSubscriptionOrder(ctx, order),
    name: (order) => order.id,
  })
  const subscriptions = await workThrough(ctx, await listDueSubscriptions(ctx, COUNT_MAX), {
    what: 'subscriptions',
    each: async (due) => {
      const { needsStaff } = await recheckSubscription(ctx, due)
      if (needsStaff !== null) ctx.log.error({ id: due.subscriptionId, reason: needsStaff }, 'left to staff')
    },
    postpone: (due) => postponeSubscription(ctx, due),
    name: (due) => due.subscriptionId,
  })
  const collections = await workThrough(ctx, await listOverdraftDue(ctx, COUNT_MAX), {
    what: 'overdrafts',
    each: (accountId) => collectOverdraft(ctx, accountId),
    // What stands in the books of an account asks again in the next round.
    postpone: () => Promise.resolve(),
    name: (accountId) => accountId.toString(),
  })
  return { orders, subscriptions, collections }
}
