import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { invariant } from '@/lib/kit/assert'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { decideNumbersReleaseAt, GRACE_SECONDS } from '../wallets/decide-numbers-release-at'
import { datesOfSteps, STEPS, type Step } from './decide-step'

/** How long a page tells of numbers that were released for non-payment. */
const TOLD_DAYS = 60

export type LadderStep = Readonly<{
  step: Step
  at: Instant
  /** Whether its time has come. */
  isReached: boolean
}>

/** Where an account below zero stands. */
export type RunningOut = Readonly<{
  owed: Money
  belowZeroSince: Instant
  /** The numbers that are at stake, E.164. */
  numbers: readonly string[]
  /** When they are released; null while a subscription covers the account and the days stand still. */
  releaseAt: Instant | null
  /** Whole days that are left, rounded up; while they stand still, of those that will go on. */
  daysLeft: number
  /** From the first warning to the release; empty while the days stand still. */
  steps: readonly LadderStep[]
}>

/** Numbers that the account lost because it was below zero for too long. */
export type UnpaidRelease = Readonly<{ at: Instant; numbers: readonly string[] }>

const rows = z.tuple([
  z.object({
    balance_micros: z.bigint().nullable(),
    below_zero_since: z.date().nullable(),
    paused_at: z.date().nullable(),
    covered_ms: z.bigint(),
    numbers: z.array(z.string()),
    lost_at: z.date().nullable(),
    lost: z.array(z.string()),
  }),
])
type Row = z.infer<typeof rows>[0]

/**
 * Whether the account is about to lose its numbers, with every date of the ladder (null: nothing threatens), and what it lost
 * in the last 60 days (null: nothing). Asks only our own database.
 */
export async function getRunningOut(
  ctx: Context,
): Promise<Readonly<{ threat: RunningOut | null; release: UnpaidRelease | null }>> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const now = ctx.now()
  const [row] = rows.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select b.balance_micros, b.below_zero_since, p.paused_at, lost.at as lost_at,
            case when b.below_zero_since is null then 0
              else floor(extract(epoch from covered_since(${accountId}, b.below_zero_since)) * 1000) end::bigint as covered_ms,
            array(select number from phone_number where account_id = ${accountId} and released_at is null
              order by created_at, id) as numbers,
            array(select number from phone_number where account_id = ${accountId} and released_at = lost.at
              and release_reason = 'unpaid' order by created_at, id) as lost
          from ledger.balance(${accountId}, ${now}) as b
          left join release_pause as p on p.account_id = ${accountId} and p.resumed_at is null
          cross join lateral (
            select max(released_at) as at from phone_number where account_id = ${accountId} and release_reason = 'unpaid'
              and released_at > ${now}::timestamptz - make_interval(days => ${TOLD_DAYS})) as lost`,
    )),
  ])
  const release = row.lost_at === null ? null : { at: row.lost_at, numbers: row.lost }
  return { threat: threatOf(row, now), release }
}

function threatOf(row: Row, now: Instant): RunningOut | null {
  invariant(row.balance_micros !== null, 'the books of an account are open')
  const { below_zero_since: belowZeroSince, numbers } = row
  if (belowZeroSince === null || numbers.length === 0) return null
  const course = { owed: usd(-row.balance_micros), belowZeroSince, numbers }
  const releaseAt = decideNumbersReleaseAt({
    balance: usd(row.balance_micros),
    belowZeroSince,
    releasePaused: row.paused_at !== null,
    coveredMilliseconds: Number(row.covered_ms),
    numbers,
  })
  if (releaseAt === null) return { ...course, releaseAt, daysLeft: daysOf(graceLeft(row)), steps: [] }
  const dates = datesOfSteps({ belowZeroSince, releaseAt })
  return {
    ...course,
    releaseAt,
    daysLeft: daysOf(releaseAt.getTime() - now.getTime()),
    steps: STEPS.map((step) => ({
      step,
      at: dates[step],
      isReached: dates[step].getTime() <= now.getTime(),
    })),
  }
}

/** Milliseconds of grace that were left when the days were stopped: all, where the debt began after that. */
function graceLeft({ below_zero_since: since, paused_at: pausedAt, covered_ms: covered }: Row): number {
  if (since === null || pausedAt === null) return GRACE_SECONDS * 1000
  const gone = Math.max(0, pausedAt.getTime() - since.getTime() - Number(covered))
  return GRACE_SECONDS * 1000 - gone
}

function daysOf(milliseconds: number): number {
  return Math.max(0, Math.ceil(milliseconds / 86_400_000))
}
