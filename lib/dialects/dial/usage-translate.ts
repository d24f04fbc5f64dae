import { z } from 'zod'
import type { UsageReport, UsageReportResult } from '@/lib/core/usage/report-usage'
import { invariant } from '@/lib/kit/assert'
import { ceilCents } from '@/lib/kit/money'
import { usageEvent, usageEventId, type UsageResponse } from './usage-contract'

type Result = UsageResponse['results'][number]

/** An event that can be passed on, or the answer to one that does not fit the contract. */
type ReadEvent = Readonly<{ report: UsageReport; misfit: null } | { report: null; misfit: Result }>

const identified = z.object({ id: usageEventId })

/** Reads one event of a batch. Never throws: what is wrong with it is its own answer. */
export function readUsageEvent(value: unknown): ReadEvent {
  const parsed = usageEvent.safeParse(value)
  if (!parsed.success) {
    const { formErrors, fieldErrors } = z.flattenError<unknown>(parsed.error)
    const id = identified.safeParse(value).data?.id ?? null
    return { report: null, misfit: { id, status: 'refused', error: { formErrors, fieldErrors } } }
  }
  const { id, kind, quantity, occurredAt, numberId = null, number = null, destination = null } = parsed.data
  const dialled = numberId === null ? number : null
  return { report: { id, kind, quantity, occurredAt, numberId, number: dialled, destination }, misfit: null }
}

export function reportsOf(events: readonly ReadEvent[]): readonly UsageReport[] {
  return events.flatMap(({ report }) => (report === null ? [] : [report]))
}

/** One answer an event, in the order sent. `results` are those of the events that could be passed on. */
export function presentUsageResults(
  events: readonly ReadEvent[],
  results: readonly UsageReportResult[],
): UsageResponse {
  const remaining = results.values()
  return {
    results: events.map(({ misfit }) => {
      if (misfit !== null) return misfit
      const { value } = remaining.next()
      invariant(value !== undefined, 'reportUsage answers every report')
      return presentResult(value)
    }),
  }
}

const REASONS = {
  no_number: 'Name the number, by numberId or number',
  unknown_number: 'No number of this account at that time',
  in_future: 'occurredAt is in the future',
  no_fare: 'No fare says what this costs',
} as const

function presentResult(result: UsageReportResult): Result {
  const { id, outcome, booked } = result
  if (outcome === 'mismatch') return { id, status: 'mismatch', error: 'This id was used for another event' }
  if (booked === null) return { id, status: 'refused', error: REASONS[outcome] }
  const { fareName, billedQuantity, amount, attribution } = booked
  const amountMicros = Number(amount.micros)
  return {
    id,
    status: outcome,
    fareName,
    billedQuantity,
    amountMicros,
    totalCents: ceilCents(amount),
    attribution,
  }
}
