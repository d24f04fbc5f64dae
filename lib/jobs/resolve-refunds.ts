import { listUnsettledRefunds, resolveRefund } from '@/lib/core/refunds/resolve-refunds'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'

/** A round must leave Stripe's call budget to others; what is left over is next. */
const REFUNDS_MAX = 20

/** Ends refunds whose process was lost or whose answer never came. @throws BillingError `database_unavailable` */
export async function resolveRefunds(container: Container): Promise<{ resolved: number }> {
  const ctx = await makeContext(container, { kind: 'system', name: 'resolve-refunds' }, newId('req'))
  const due = await listUnsettledRefunds(ctx, REFUNDS_MAX)
  for (const requestId of due) await resolveRefund(ctx, requestId)
  return { resolved: due.length }
}
