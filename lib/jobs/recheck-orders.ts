import { listUnsettledOrders, postponeRecheck, recheckOrder } from '@/lib/core/top-ups/recheck-order'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'

/** A round must leave Stripe's call budget to others; what is left over is next. */
const ORDERS_MAX = 200

/** After so many the round ends: where Stripe is away, it is not asked about every order there is. */
const FAILURES_MAX = 10

/**
 * Asks Stripe about orders that no event has settled for long: belt and braces beside webhook and sweep. An order that
 * cannot be asked about is put off and stands in nobody's way. @throws Error that counts those, after all others
 */
export async function recheckOrders(container: Container): Promise<{ rechecked: number }> {
  const ctx = await makeContext(container, { kind: 'system', name: 'recheck-orders' }, newId('req'))
  let rechecked = 0
  let failures = 0
  for (const order of await listUnsettledOrders(ctx, ORDERS_MAX)) {
    if (failures === FAILURES_MAX) break
    try {
      const { needsStaff } = await recheckOrder(ctx, order)
      rechecked++
      if (needsStaff !== null)
        ctx.log.error({ orderId: order.id, reason: needsStaff }, 'order quarantined for staff')
    } catch (error) {
      failures++
      ctx.log.error({ orderId: order.id, err: error }, 'an order could not be rechecked')
      await postponeRecheck(ctx, order)
    }
  }
  if (failures > 0)
    throw new Error(`${String(failures)} orders could not be rechecked, ${String(rechecked)} were.`)
  return { rechecked }
}
