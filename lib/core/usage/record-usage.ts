import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { BillingError } from '@/lib/kit/errors'
import { POSTING_MICROS_MAX, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'

/** Something used, already rated by whoever reports it. */
export type UsageEvent = Readonly<{
  /** The reporter's own id, unique in the account: the same id is booked once. */
  id: string
  /** One of the account's numbers, or null where no number was involved. */
  numberId: string | null
  fareName: string
  /** Whole units of the fare, for display: what they cost is `amount`. */
  billedQuantity: number
  /** What it costs; zero is written down and debits nothing. */
  amount: Money
  occurredAt: Instant
}>

/**
 * recorded: booked now. duplicate: booked before, with the same content. mismatch: the id was used before with other
 * content. unknown_number: the account has no such number. Only `recorded` changed anything.
 */
export type UsageOutcome = 'recorded' | 'duplicate' | 'mismatch' | 'unknown_number'

export const USAGE_EVENTS_MAX = 1_000

const ID_LENGTH_MAX = 200
const FARE_NAME_LENGTH_MAX = 200
/** Clocks of other machines may run ahead of ours by this much. */
const CLOCK_AHEAD_MS = 5 * 60 * 1000

const outcomes = z.array(
  z.object({
    event_id: z.string(),
    outcome: z.enum(['recorded', 'duplicate', 'mismatch', 'unknown_number']),
  }),
)

/**
 * Books usage that has happened: the wallet is debited whatever it holds, and may go below zero. Any order, any delay
 * and any number of repeats give the same wallet. Answers one outcome an event, in the order given.
 * @throws BillingError `invalid_input` (nothing of the batch is booked), `database_unavailable`
 */
export async function recordUsage(
  ctx: Context,
  events: readonly UsageEvent[],
): Promise<readonly Readonly<{ id: string; outcome: UsageOutcome }>[]> {
  const accountId = requireScope(ctx.actor, 'usage:write')
  const now = ctx.now()
  refuseInvalid(events, now)
  if (events.length === 0) return []
  const rows = await callDatabase(
    ctx.db,
    (sql) =>
      sql`select event_id, outcome from record_usage(${accountId}, ${sql.json(events.map(toRow))}, ${now})`,
  )
  return outcomes.parse([...rows]).map(({ event_id: id, outcome }) => ({ id, outcome }))
}

/** Amounts travel as text, since JSON numbers are not exact. */
function toRow(event: UsageEvent, position: number) {
  return {
    position,
    id: event.id,
    number_id: event.numberId,
    fare_name: event.fareName,
    billed_quantity: event.billedQuantity,
    amount_micros: String(event.amount.micros),
    occurred_at: event.occurredAt.toISOString(),
  }
}

function refuseInvalid(events: readonly UsageEvent[], now: Instant): void {
  const formErrors = events.flatMap((event, index) =>
    problemsOf(event, now).map((problem) => `Event ${index}: ${problem}`),
  )
  if (events.length > USAGE_EVENTS_MAX) formErrors.push(`At most ${USAGE_EVENTS_MAX} events at once`)
  if (formErrors.length > 0) {
    throw new BillingError('invalid_input', 'The usage events are not valid', {
      fields: { formErrors, fieldErrors: {} },
    })
  }
}

function problemsOf(event: UsageEvent, now: Instant): string[] {
  const latest = now.getTime() + CLOCK_AHEAD_MS
  const rules: readonly (readonly [boolean, string])[] = [
    [isText(event.id, ID_LENGTH_MAX), `id must have 1 to ${ID_LENGTH_MAX} characters`],
    [
      isText(event.fareName, FARE_NAME_LENGTH_MAX),
      `fareName must have 1 to ${FARE_NAME_LENGTH_MAX} characters`,
    ],
    [isQuantity(event.billedQuantity), 'billedQuantity must be a whole number, not negative'],
    [event.amount.micros >= 0n && event.amount.micros <= POSTING_MICROS_MAX, 'amount is out of range'],
    [event.occurredAt.getTime() <= latest, 'occurredAt must be a time, and not in the future'],
  ]
  return rules.filter(([holds]) => !holds).map(([, problem]) => problem)
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
function isText(text: string, lengthMax: number): boolean {
  return text.length >= 1 && text.length <= lengthMax && !/[\0\p{Surrogate}]/u.test(text)
}

function isQuantity(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
