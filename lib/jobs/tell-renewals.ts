import { tellFailedRenewals, tellRenewals } from '@/lib/core/alerts/tell-renewals'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'

/** Tells of renewals that were not paid, and of those that are coming. */
export async function tellOfRenewals(container: Container): Promise<{ failed: number; coming: number }> {
  const ctx = await makeContext(container, { kind: 'system', name: 'tell-renewals' }, newId('req'))
  const failed = await tellFailedRenewals(ctx)
  return { failed, coming: await tellRenewals(ctx) }
}
