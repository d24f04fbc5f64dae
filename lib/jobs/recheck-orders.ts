import { listUnsettledOrders, recheckOrder } from '@/lib/core/top-ups/recheck-order'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'

/** A round must leave Stripe's call budget to others; what is left over is next. */
const ORDERS_MAX = 200

/** Asks Stripe about orders that no event has settled for long: belt and braces beside webhook and sweep. */
export async function recheckOrders(container: Container): Promise<{ rechecked: number }> {
  const ctx = await makeContext(container, { kind: 'system', name: 'recheck-orders' }, newId('req'))
  const orders = await listUnsettledOrders(ctx, ORDERS_MAX)
  for (const order of orders) await recheckOrder(ctx, order)
  return { rechecked: orders.length }
}
