import { listDueAutoTopUps, type DueAutoTopUp } from '@/lib/core/auto-top-ups/list-due-auto-top-ups'
import { topUpAccount } from '@/lib/core/auto-top-ups/top-up-account'
import type { Context } from '@/lib/core/context'
import { FAILURES } from '@/lib/core/purchases/refusal-of-purchase'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'

const BATCH = 200
/** A charge waits for Stripe nearly all of its time. */
const AT_ONCE = 8
/** After so many the round ends: where Stripe is away, nobody's attempt of the hour is spent on it. */
const FAILURES_MAX = 10

/**
 * Tops up whoever is below their threshold or due by their schedule. An account that fails stands in nobody's way.
 * @throws Error that counts those, after all others
 */
export async function topUpAccounts(container: Container): Promise<Readonly<{ toppedUp: number }>> {
  let after = 0n
  let toppedUp = 0
  let failures = 0
  for (;;) {
    // Each batch has its own moment: a round of many charges takes a while.
    const ctx = await makeContext(container, { kind: 'system', name: 'top-up-accounts' }, newId('req'))
    const due = await listDueAutoTopUps(ctx, after, BATCH)
    for (let from = 0; from < due.length && failures < FAILURES_MAX; from += AT_ONCE) {
      const results = await Promise.all(due.slice(from, from + AT_ONCE).map((one) => topUp(ctx, one)))
      toppedUp += results.filter((result) => result === 'done').length
      failures += results.filter((result) => result === 'failed').length
    }
    after = due.at(-1)?.accountId ?? after
    if (due.length < BATCH || failures >= FAILURES_MAX) break
  }
  if (failures > 0)
    throw new Error(`${String(failures)} accounts could not be topped up, ${String(toppedUp)} were.`)
  return { toppedUp }
}

/** failed: by us or by the provider. A card that is declined is an answer, and `none` as where nothing was due. */
async function topUp(ctx: Context, due: DueAutoTopUp): Promise<'done' | 'none' | 'failed'> {
  try {
    const result = await topUpAccount(ctx, due)
    if (result?.state === 'succeeded') return 'done'
    const isOutage =
      result?.state === 'unknown' ||
      (result?.state === 'failed' && result.failureCode === FAILURES.providerUnavailable)
    return isOutage ? 'failed' : 'none'
  } catch (error) {
    ctx.log.error({ accountId: String(due.accountId), err: error }, 'an account could not be topped up')
    return 'failed'
  }
}
