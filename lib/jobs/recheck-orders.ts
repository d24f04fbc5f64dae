import { listUnsettledOrders, postponeRecheck, recheckOrder } from '@/lib/core/top-ups/recheck-order'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'
import { workThrough } from './work-through'

/** A round must leave Stripe's call budget to others; what is left over is next. */
const ORDERS_MAX = 200

/**
 * Asks Stripe about orders that no event has settled for long: belt and braces beside webhook and sweep. An order that
 * cannot be asked about is put off and stands in nobody's way. @throws Error that counts those, after all others
 */
export async function recheckOrders(container: Container): Promise<{ rechecked: number }> {
  const ctx = await makeContext(container, { kind: 'system', name: 'recheck-orders' }, newId('req'))
  const rechecked = await workThrough(ctx, await listUnsettledOrders(ctx, ORDERS_MAX), {
    what: 'orders',
    each: async (order) => {
      const { needsStaff } = await recheckOrder(ctx, order)
      if (needsStaff !== null)
        ctx.log.error({ orderId: order.id, reason: needsStaff }, 'order quarantined for staff')
    },
    postpone: (order) => postponeRecheck(ctx, order),
    name: (order) => order.id,
  })
  return { rechecked }
}
