import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import { GRACE_SECONDS } from '../wallets/decide-numbers-release-at'

/** An account that is below zero and about to lose its numbers. */
export type RunningOutAccount = Readonly<{
  accountId: bigint
  accountName: string
  owed: Money
  belowZeroSince: Instant
  releaseAt: Instant
  numbers: readonly string[]
  /** The keys of the mails about this debt that were queued already. */
  told: ReadonlySet<string>
}>

const rows = z.array(
  z.object({
    account_id: z.bigint(),
    account_name: z.string(),
    balance_micros: z.bigint(),
    below_zero_since: z.date(),
    release_at: z.date(),
    numbers: z.array(z.string()),
    told: z.array(z.string()),
  }),
)

/** The accounts after this one, by their ids, that are below zero, hold numbers and have no subscription. For our own job. */
export async function listRunningOut(
  ctx: Context,
  after: bigint,
  accountsMax: number,
): Promise<readonly RunningOutAccount[]> {
  requireSystem(ctx.actor)
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      select account_id, account_name, balance_micros, below_zero_since, release_at, numbers, told
        from list_running_out(${after}, make_interval(secs => ${GRACE_SECONDS}), ${accountsMax}, ${ctx.now()})`,
  )
  return rows.parse([...found]).map((row) => ({
    accountId: row.account_id,
    accountName: row.account_name,
    owed: usd(-row.balance_micros),
    belowZeroSince: row.below_zero_since,
    releaseAt: row.release_at,
    numbers: row.numbers,
    told: new Set(row.told),
  }))
}
