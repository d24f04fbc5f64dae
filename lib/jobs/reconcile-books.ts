import { listAsked } from '@/lib/core/reconciliation/list-asked'
import { nextSpan } from '@/lib/core/reconciliation/next-span'
import { reconcile } from '@/lib/core/reconciliation/reconcile'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'

/** Longer than a subscription's invoice is collected for, and than Stripe lists its events. */
const LONG_AGO_MS = 40 * 24 * 60 * 60 * 1000

/** Compares the books with Stripe: first what staff have asked for, then what happened since the last time. */
export async function reconcileBooks(container: Container): Promise<Readonly<Record<string, number>>> {
  const ctx = await makeContext(container, { kind: 'system', name: 'reconcile-books' }, newId('req'))
  for (const asked of await listAsked(ctx)) await reconcile(ctx, asked)
  const span = await nextSpan(ctx)
  return span === null ? {} : reconcile(ctx, span)
}

/** Once a day from far back: what was paid or given back long after it was begun. */
export async function reconcileLongAgo(container: Container): Promise<Readonly<Record<string, number>>> {
  const ctx = await makeContext(container, { kind: 'system', name: 'reconcile-long-ago' }, newId('req'))
  const span = await nextSpan(ctx)
  if (span === null) return {}
  return reconcile(ctx, { ...span, since: new Date(span.until.getTime() - LONG_AGO_MS) })
}
