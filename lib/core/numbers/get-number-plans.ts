import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { invariant } from '@/lib/kit/assert'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { readSubscription } from '../subscriptions/read-subscription'

/** A number that the account holds, and when something is next paid for it. */
export type NumberPlan = Readonly<{
  id: string
  /** E.164. */
  number: string
  nickname: string | null
  /** Who pays: the wallet (PAYG) or the subscription (FIXED). */
  mode: 'PAYG' | 'FIXED'
  /** When the next month of rent begins; null where none can become due, since the number is covered. */
  rentDueAt: Instant | null
}>

/** The subscription, as far as it concerns numbers. */
export type NumberCover = Readonly<{
  periodEnd: Instant
  cancelAtPeriodEnd: boolean
  /** Units that are paid for and cover no number: each covers the next one bought before the period's end. */
  freeUnits: number
}>

export type NumberPlans = Readonly<{
  /** The oldest first. */
  numbers: readonly NumberPlan[]
  balance: Money
  /** What a month of a pay-as-you-go number costs, in advance. */
  rent: Money
  /** Until when a month of rent that begins now would last. */
  monthEnd: Instant
  /** Null without a subscription. */
  cover: NumberCover | null
}>

const numberRow = z
  .object({
    id: z.string(),
    number: z.string(),
    nickname: z.string().nullable(),
    mode: z.enum(['PAYG', 'FIXED']),
    rentDueAt: z.string().nullable(),
  })
  .transform(({ rentDueAt, ...rest }) => ({
    ...rest,
    rentDueAt: rentDueAt === null ? null : new Date(rentDueAt),
  }))

const rows = z.tuple([
  z.object({ balance_micros: z.bigint().nullable(), month_end: z.date(), numbers: z.array(numberRow) }),
])

/**
 * What the account's numbers cost and when, and what one more would draw on. Asks only our own database. Months are
 * reckoned as rent is: the same day and time, or the last day of a month that is too short, in UTC.
 */
export async function getNumberPlans(ctx: Context): Promise<NumberPlans> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const now = ctx.now()
  const [[read], subscription] = await Promise.all([
    readPlans(ctx, accountId, now),
    readSubscription(ctx.db, accountId, now),
  ])
  invariant(read.balance_micros !== null, 'the books of an account are open')
  return {
    numbers: read.numbers,
    balance: usd(read.balance_micros),
    rent: ctx.prices.numberRent,
    monthEnd: read.month_end,
    cover: subscription && {
      periodEnd: subscription.periodEnd,
      cancelAtPeriodEnd: subscription.cancelAtPeriodEnd,
      freeUnits: Math.max(0, subscription.units - subscription.covered),
    },
  }
}

async function readPlans(ctx: Context, accountId: bigint, now: Instant) {
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      select b.balance_micros,
          months_after(${now}, 1) as month_end,
          coalesce((
            select jsonb_agg(jsonb_build_object('id', id, 'number', number, 'nickname', nickname, 'mode', mode,
                'rentDueAt', rent_due_at) order by created_at, id)
              from phone_number where account_id = ${accountId} and released_at is null), '[]') as numbers
        from ledger.balance(${accountId}, ${now}) as b`,
  )
  return rows.parse([...found])
}
