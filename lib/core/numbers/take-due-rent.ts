import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import { GRACE_SECONDS } from '../wallets/decide-numbers-release-at'

const answer = z.tuple([z.object({ months: z.int() })])

/**
 * Takes up to `monthsMax` months of rent that are due, of those first who owe it longest, and answers how many it dealt with;
 * as many as that: there may be more. Each month is booked once and at its own beginning, however late: not those of a time
 * when a subscription covered the number, nor those after its days of grace. The wallet may go below zero. For our own job.
 */
export async function takeDueRent(ctx: Context, monthsMax: number): Promise<number> {
  requireSystem(ctx.actor)
  const { numberRent } = ctx.prices
  const [{ months }] = answer.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select take_rent(${numberRent.micros}, make_interval(secs => ${GRACE_SECONDS}), ${monthsMax}, ${ctx.now()})
          as months`,
    )),
  ])
  return months
}
