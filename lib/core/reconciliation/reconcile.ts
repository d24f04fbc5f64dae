import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { newId } from '@/lib/kit/ids'
import { actorName, requireSystem } from '../actor'
import type { Context } from '../context'
import { reconcileInvoices } from './reconcile-invoices'
import { reconcileReturns } from './reconcile-returns'
import { addTallies, type Tally } from './tally'

/**
 * Compares the books with the provider over a span of business time, from `since` on and before `until`: in both
 * directions, to the micro-dollar, and with the inbox. What is missing in the books is booked by the verbs that would have
 * booked it; what still differs then is a row for staff. Any number of times, with the same end. `id` names a comparison
 * that was asked for before.
 * @throws BillingError `payment_provider_unavailable`, `database_unavailable`: the comparison counts as failed
 */
export async function reconcile(
  ctx: Context,
  { since, until, id = newId('rec') }: Readonly<{ since: Instant; until: Instant; id?: string }>,
): Promise<Tally> {
  requireSystem(ctx.actor)
  await callDatabase(
    ctx.db,
    (sql) => sql`select begin_reconciliation(${id}, ${since}, ${until}, ${actorName(ctx.actor)})`,
  )
  try {
    const span = { since: startOfSecond(since), until }
    const invoices = await reconcileInvoices(ctx, span)
    // Payments first: what takes one back is applied to what is booked.
    const tally = addTallies(invoices, await reconcileReturns(ctx, span))
    await finish(ctx, id, tally, null)
    return tally
  } catch (error) {
    const said = error instanceof Error ? error.message.slice(0, 500) : String(error)
    // Where even that cannot be written, the next comparison finds this one cut off.
    await finish(ctx, id, null, said).catch(() => undefined)
    throw error
  }
}

/** The provider tells whole seconds. */
function startOfSecond(instant: Instant): Instant {
  return new Date(Math.floor(instant.getTime() / 1000) * 1000)
}

async function finish(ctx: Context, id: string, tally: Tally | null, error: string | null): Promise<void> {
  const { compared = 0, found = 0, repaired = 0, unheard = 0 } = tally ?? {}
  await callDatabase(
    ctx.db,
    (sql) =>
      sql`select finish_reconciliation(${id}, ${compared}, ${found}, ${repaired}, ${unheard}, ${error})`,
  )
}
