import { invariant } from '@/lib/kit/assert'
import type { Instant } from '@/lib/kit/clock'
import { requireScope } from '../actor'
import type { Context } from '../context'
import type { FareTable } from '../fares/fare'
import { rateUsage } from '../fares/rate-usage'
import { readFares } from '../fares/read-fares'
import { CLOCK_AHEAD_MS, recordUsage, type RecordedUsage, type UsageEvent } from './record-usage'

/** What a carrier or a program says was used. */
export type UsageReport = Readonly<{
  /** The reporter's own id, unique in the account: the same id is booked once. */
  id: string
  /** One of the account's numbers. */
  numberId: string | null
  /** The number as dialled (E.164), where its id is not given. */
  number: string | null
  kind: 'call' | 'sms'
  /** Seconds of a call, or messages: a whole number from 0 to `QUANTITY_MAX`. */
  quantity: number
  /** E.164; null for what came in. */
  destination: string | null
  occurredAt: Instant
}>

/** A day of talking, and more messages than one event is about. */
export const QUANTITY_MAX = { call: 86_400, sms: 1_000 } as const

/**
 * As `recordUsage`, and refused for its own sake: no_number (the report names none), in_future (more than five minutes
 * ahead of our clock), no_fare (nothing says what it costs).
 */
export type UsageReportResult =
  RecordedUsage | Readonly<{ id: string; outcome: 'no_number' | 'in_future' | 'no_fare'; booked: null }>

/**
 * Rates what was used by the fares of when it occurred, and books it: see `recordUsage`. Each report fails alone;
 * answers in the order given.
 * @throws BillingError `invalid_input` for more than `USAGE_EVENTS_MAX`; `database_unavailable`
 */
export async function reportUsage(
  ctx: Context,
  reports: readonly UsageReport[],
): Promise<readonly UsageReportResult[]> {
  requireScope(ctx.actor, 'usage:write')
  const fares = await readFares(ctx.db)
  const latest = ctx.now().getTime() + CLOCK_AHEAD_MS
  const decided = reports.map((report) => decide(report, fares, latest))
  const recorded = (await recordUsage(ctx, decided.filter(isEvent))).values()
  return decided.map((one) => {
    if (!isEvent(one)) return one
    const { value } = recorded.next()
    invariant(value !== undefined, 'recordUsage answers every event')
    return value
  })
}

type Refused = Exclude<UsageReportResult, RecordedUsage>

function decide(report: UsageReport, fares: FareTable, latest: number): UsageEvent | Refused {
  const { id } = report
  if (report.numberId === null && report.number === null) return { id, outcome: 'no_number', booked: null }
  if (report.occurredAt.getTime() > latest) return { id, outcome: 'in_future', booked: null }
  const rated = rateUsage(fares, report)
  return rated === null ? { id, outcome: 'no_fare', booked: null } : { ...report, ...rated }
}

function isEvent(decided: UsageEvent | Refused): decided is UsageEvent {
  return !('outcome' in decided)
}
