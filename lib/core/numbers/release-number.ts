import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { tryToFollowNumbers } from '../subscriptions/follow-numbers'
import { GRACE_SECONDS } from '../wallets/decide-numbers-release-at'
import { handBack } from './hand-back'

const answer = z.tuple([z.object({ known: z.boolean() })])

/**
 * Gives a number up, for good: it bears no rent and no usage from now on, and goes back to the carrier. Rent that was due
 * before is taken; what was paid in advance is not returned, but a subscription's unit that it leaves free covers the next
 * number, and is not renewed. A number released before stays so, without complaint.
 * @throws BillingError `not_found` for a number that the account never had
 */
export async function releaseNumber(ctx: Context, numberId: string): Promise<void> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const { numberRent } = ctx.prices
  const [{ known }] = answer.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select release_number(${accountId}, ${numberId}, ${numberRent.micros}, make_interval(secs => ${GRACE_SECONDS}),
          ${ctx.now()}) as known`,
    )),
  ])
  if (!known) throw new BillingError('not_found', 'Not found')
  await handBack(ctx, { accountId, numberId })
  await tryToFollowNumbers(ctx, accountId)
}
