import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { invariant } from '@/lib/kit/assert'
import type { Instant } from '@/lib/kit/clock'
import { BillingError } from '@/lib/kit/errors'
import { POSTING_MICROS_MAX, usd, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'

/** Something used, already rated. */
export type UsageEvent = Readonly<{
  /** The reporter's own id, unique in the account: the same id is booked once. */
  id: string
  /** One of the account's numbers, or null where no number was involved or `number` says which. */
  numberId: string | null
  /** The number as dialled (E.164), in place of its id. */
  number?: string | null
  kind?: 'call' | 'sms' | null
  /** E.164; null for what came in. */
  destination?: string | null
  /** As reported: seconds, or messages. */
  quantity?: number | null
  fareName: string
  /** What is charged for, for display: what it costs is `amount`. */
  billedQuantity: number
  /** What it costs by its fare; zero is written down and debits nothing. */
  amount: Money
  occurredAt: Instant
}>

/** What is booked for an event. */
type BookedUsage = Readonly<{
  fareName: string
  billedQuantity: number
  amount: Money
  attribution: 'wallet' | 'entitlement'
}>

/**
 * recorded: booked now. duplicate: booked before, from the same report. mismatch: the id was used before for another
 * report. unknown_number: the account did not hold such a number when it occurred. Only `recorded` changed anything.
 */
export type RecordedUsage = Readonly<
  | { id: string; outcome: 'recorded' | 'duplicate'; booked: BookedUsage }
  | { id: string; outcome: 'mismatch' | 'unknown_number'; booked: null }
>

export const USAGE_EVENTS_MAX = 1_000
export const USAGE_ID_LENGTH_MAX = 200
/** Clocks of other machines may run ahead of ours by this much. */
export const CLOCK_AHEAD_MS = 5 * 60 * 1000

const FARE_NAME_LENGTH_MAX = 200

const answers = z.array(
  z.discriminatedUnion('outcome', [
    z.object({
      outcome: z.enum(['recorded', 'duplicate']),
      fare_name: z.string(),
      billed_quantity: z.bigint(),
      amount_micros: z.bigint(),
      attribution: z.enum(['wallet', 'entitlement']),
    }),
    z.object({ outcome: z.enum(['mismatch', 'unknown_number']) }),
  ]),
)

/**
 * Books rated usage that has happened. Who paid for its number when it occurred bears it: the wallet is debited
 * whatever it holds, and may go below zero; what a subscription covers is written down. Any order, any delay and any
 * number of repeats give the same wallet. Answers one outcome an event, in the order given.
 * @throws BillingError `invalid_input` (nothing of the batch is booked), `database_unavailable`
 */
export async function recordUsage(
  ctx: Context,
  events: readonly UsageEvent[],
): Promise<readonly RecordedUsage[]> {
  const accountId = requireScope(ctx.actor, 'usage:write')
  const now = ctx.now()
  refuseInvalid(events, now)
  if (events.length === 0) return []
  const column = (of: (event: UsageEvent) => string | number | null | undefined) => arrayLiteral(events, of)
  const rows = await callDatabase(
    ctx.db,
    (sql) => sql`
      select outcome, fare_name, billed_quantity, amount_micros, attribution
        from record_usage(${accountId}, ${column((event) => event.id)}, ${column((event) => event.numberId)},
          ${column((event) => event.number)}, ${column((event) => event.kind)},
          ${column((event) => event.destination)}, ${column((event) => event.quantity)},
          ${column((event) => event.fareName)}, ${column((event) => event.billedQuantity)},
          ${column((event) => String(event.amount.micros))}, ${column((event) => event.occurredAt.toISOString())}, ${now})`,
  )
  const found = answers.parse([...rows])
  return events.map(({ id }, i) => presentAnswer(id, found[i]))
}

function presentAnswer(id: string, row: z.infer<typeof answers>[number] | undefined): RecordedUsage {
  invariant(row !== undefined, 'record_usage answers every event')
  if (!('fare_name' in row)) return { id, outcome: row.outcome, booked: null }
  const { outcome, fare_name: fareName, attribution } = row
  const billedQuantity = Number(row.billed_quantity)
  return { id, outcome, booked: { fareName, billedQuantity, amount: usd(row.amount_micros), attribution } }
}

/** A column of the events as an array in PostgreSQL's own text form. */
function arrayLiteral(
  events: readonly UsageEvent[],
  of: (event: UsageEvent) => string | number | null | undefined,
): string {
  const quoted = events.map((event) => {
    const value = of(event)
    if (value === null || value === undefined) return 'NULL'
    return typeof value === 'number' ? value : `"${escaped(value)}"`
  })
  return `{${quoted.join(',')}}`
}

/** Hardly any text has something to escape, and looking costs a third of replacing. */
function escaped(text: string): string {
  return /["\\]/.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text
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
  const problems: string[] = []
  if (!isText(event.id, USAGE_ID_LENGTH_MAX)) {
    problems.push(`id must have 1 to ${USAGE_ID_LENGTH_MAX} characters`)
  }
  if (!isText(event.fareName, FARE_NAME_LENGTH_MAX)) {
    problems.push(`fareName must have 1 to ${FARE_NAME_LENGTH_MAX} characters`)
  }
  if (!isQuantity(event.billedQuantity) || !isQuantity(event.quantity ?? 0)) {
    problems.push('quantities must be whole numbers, not negative')
  }
  if (event.amount.micros < 0n || event.amount.micros > POSTING_MICROS_MAX) {
    problems.push('amount is out of range')
  }
  // No time at all is not less than anything either.
  if (!(event.occurredAt.getTime() <= latest))
    problems.push('occurredAt must be a time, and not in the future')
  return problems
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
function isText(text: string, lengthMax: number): boolean {
  return text.length >= 1 && text.length <= lengthMax && !/[\0\p{Surrogate}]/u.test(text)
}

function isQuantity(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
