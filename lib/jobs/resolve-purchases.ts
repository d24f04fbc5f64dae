import {
  listUnsettledPurchases,
  postponePurchase,
  resolvePurchase,
} from '@/lib/core/purchases/resolve-purchases'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'
import { workThrough } from './work-through'

/** A round must leave Stripe's call budget to others; what is left over is next. */
const PURCHASES_MAX = 100

/** At once: where Stripe hangs, one purchase may take longer than the rest of them are to wait. */
const LANES = 10

/**
 * Settles purchases whose process was lost or whose answer never came, and closes those whose customer did not come.
 * @throws Error that counts those that could not be, after all others
 */
export async function resolvePurchases(container: Container): Promise<{ resolved: number }> {
  const ctx = await makeContext(container, { kind: 'system', name: 'resolve-purchases' }, newId('req'))
  const due = await listUnsettledPurchases(ctx, PURCHASES_MAX)
  const lanes = await Promise.allSettled(
    Array.from({ length: LANES }, (_, lane) =>
      workThrough(
        ctx,
        due.filter((_purchase, index) => index % LANES === lane),
        {
          what: 'purchases',
          each: async (purchase) => {
            const { state } = await resolvePurchase(ctx, purchase)
            ctx.log.info({ purchaseId: purchase.id, state }, 'purchase taken up again')
          },
          postpone: (purchase) => postponePurchase(ctx, purchase),
          name: (purchase) => purchase.id,
        },
      ),
    ),
  )
  const failed = lanes.find((lane) => lane.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return { resolved: due.length }
}
