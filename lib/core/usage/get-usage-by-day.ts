import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { usd, ZERO, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'

/** `number`: the rent of numbers. `other`: usage of which the reporter did not say what it was. */
export const USAGE_KINDS = ['call', 'sms', 'number', 'other'] as const
export type UsageKind = (typeof USAGE_KINDS)[number]

export type UsageTotal = Readonly<{
  /** What the wallet paid. */
  wallet: Money
  /** What a subscription covered, at the price it would have had. */
  covered: Money
  /** Calls, messages, or months of rent. */
  events: number
}>

export type UsageDay = Readonly<{
  /** `2026-05-10`, in UTC. */
  day: string
  kinds: Readonly<Record<UsageKind, UsageTotal>>
}>

export const USAGE_DAYS_MAX = 400

const DAY_MS = 86_400_000
const NOTHING: UsageTotal = { wallet: ZERO, covered: ZERO, events: 0 }

const rows = z.array(
  z.object({
    day: z.string(),
    kind: z.enum(USAGE_KINDS),
    wallet_micros: z.bigint(),
    covered_micros: z.bigint(),
    events: z.bigint(),
  }),
)

/**
 * What was used on each day (UTC) from `from` to `to`, both included and written `2026-05-10`, days without usage too.
 * Usage counts on the day it happened, however late it was reported. Rent that was given back is left out. Reads what was
 * added up by day, so it costs the same whatever the account used.
 * @throws BillingError `invalid_input` for what is no day, or more than 400 of them; `database_unavailable`
 */
export async function getUsageByDay(
  ctx: Context,
  range: Readonly<{ from: string; to: string }>,
): Promise<readonly UsageDay[]> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const days = daysOf(range)
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      select day::text, kind,
          coalesce(sum(amount_micros) filter (where attribution = 'wallet'), 0)::bigint as wallet_micros,
          coalesce(sum(amount_micros) filter (where attribution = 'entitlement'), 0)::bigint as covered_micros,
          sum(events)::bigint as events
        from (
          select day, kind, attribution, amount_micros, events from usage_day
           where account_id = ${accountId} and day between ${range.from}::text::date and ${range.to}::text::date
          union all
          select (starts_at at time zone 'UTC')::date, 'number', 'wallet', amount_micros, 1 from rent_period
           where account_id = ${accountId} and posting_id is not null and reversed_at is null
             and starts_at >= ${range.from}::text::timestamp at time zone 'UTC'
             and starts_at < (${range.to}::text::timestamp + interval '1 day') at time zone 'UTC'
        ) as used
       group by 1, 2`,
  )
  const totals = new Map<string, UsageTotal>()
  for (const row of rows.parse([...found])) {
    totals.set(`${row.day} ${row.kind}`, {
      wallet: usd(row.wallet_micros),
      covered: usd(row.covered_micros),
      events: Number(row.events),
    })
  }
  const totalOf = (day: string, kind: UsageKind) => totals.get(`${day} ${kind}`) ?? NOTHING
  return days.map((day) => ({
    day,
    kinds: {
      call: totalOf(day, 'call'),
      sms: totalOf(day, 'sms'),
      number: totalOf(day, 'number'),
      other: totalOf(day, 'other'),
    },
  }))
}

function daysOf({ from, to }: Readonly<{ from: string; to: string }>): string[] {
  const [first, last] = [startOf(from), startOf(to)]
  const count = first === null || last === null ? 0 : (last - first) / DAY_MS + 1
  if (first === null || count < 1 || count > USAGE_DAYS_MAX) {
    const message = `Give two days as YYYY-MM-DD, the earlier first, at most ${USAGE_DAYS_MAX} days`
    throw new BillingError('invalid_input', 'The request is not valid', {
      fields: { formErrors: [message], fieldErrors: {} },
    })
  }
  return Array.from({ length: count }, (_, i) => new Date(first + i * DAY_MS).toISOString().slice(0, 10))
}

/** Null for what is no day of the years 1970 to 9998. */
function startOf(day: string): number | null {
  if (!z.iso.date().safeParse(day).success || day < '1970' || day >= '9999') return null
  return Date.parse(`${day}T00:00:00Z`)
}
