import { callDatabase } from '@/lib/db/call'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import { GRACE_SECONDS } from '../wallets/decide-numbers-release-at'
import { decideStep, type Step } from './decide-step'
import type { RunningOutAccount } from './list-running-out'
import { releaseUnpaidNumbers } from './release-unpaid-numbers'

/** What was done: a warning queued, numbers released, or nothing, since it was done before or is no longer due. */
export type Advance = Readonly<{ warned: boolean; released: number }>

/**
 * Takes the account the step down the ladder that it has come to: a mail, once for each step and deadline, or at the deadline
 * the release of its numbers. For our own job. @throws BillingError `payment_provider_unavailable`
 */
export async function advanceRunningOut(ctx: Context, account: RunningOutAccount): Promise<Advance> {
  requireSystem(ctx.actor)
  const step = decideStep(account, ctx.now())
  if (step === null) return { warned: false, released: 0 }
  if (step === 'release') {
    const released = await releaseUnpaidNumbers(ctx, account.accountId)
    return { warned: false, released: released.length }
  }
  const key = `running-out:${step}:${account.releaseAt.toISOString()}`
  if (account.told.has(key)) return { warned: false, released: 0 }
  await queueWarning(ctx, account, step, key)
  return { warned: true, released: 0 }
}

async function queueWarning(
  ctx: Context,
  account: RunningOutAccount,
  step: Step,
  key: string,
): Promise<void> {
  const data = {
    accountName: account.accountName,
    step,
    owedMicros: String(account.owed.micros),
    belowZeroSince: account.belowZeroSince.toISOString(),
    releaseAt: account.releaseAt.toISOString(),
    numbers: account.numbers,
  }
  await callDatabase(
    ctx.db,
    (sql) => sql`
      select warn_running_out(${account.accountId}, ${account.releaseAt}, ${key}, ${sql.json(data)},
        make_interval(secs => ${GRACE_SECONDS}), ${ctx.now()})`,
  )
}
