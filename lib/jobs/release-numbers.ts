import { advanceRunningOut } from '@/lib/core/running-out/advance-running-out'
import { listRunningOut } from '@/lib/core/running-out/list-running-out'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'

const BATCH = 200

/** After so many the round ends: where Stripe is away, it is not asked about every account there is. */
const FAILURES_MAX = 10

/**
 * Warns accounts that are below zero, step by step, and releases their numbers when their time is up. An account that fails
 * stands in nobody's way. @throws Error that counts those, after all others
 */
export async function releaseNumbers(
  container: Container,
): Promise<Readonly<{ warned: number; released: number }>> {
  const ctx = await makeContext(container, { kind: 'system', name: 'release-numbers' }, newId('req'))
  let warned = 0
  let released = 0
  let failures = 0
  let after = 0n
  for (;;) {
    const accounts = await listRunningOut(ctx, after, BATCH)
    for (const account of accounts) {
      if (failures === FAILURES_MAX) break
      after = account.accountId
      try {
        const advance = await advanceRunningOut(ctx, account)
        if (advance.warned) warned++
        released += advance.released
      } catch (error) {
        failures++
        ctx.log.error(
          { accountId: String(account.accountId), err: error },
          'an account could not be advanced',
        )
      }
    }
    if (accounts.length < BATCH || failures === FAILURES_MAX) break
  }
  if (failures > 0) throw new Error(`${String(failures)} accounts below zero could not be dealt with.`)
  return { warned, released }
}
