import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { invariant } from '@/lib/kit/assert'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'

/** What the next number costs the wallet, before it is bought. */
export type NumberOffer = Readonly<{
  /** A month of a pay-as-you-go number. */
  rent: Money
  balance: Money
  /** What the wallet holds after the purchase; null where it does not cover it. */
  balanceAfter: Money | null
  /** When the second month is due. */
  nextRentAt: Instant
  /** Whether a subscription is there to cover the number instead: what that costs, `previewNewNumber` says. */
  subscribed: boolean
}>

const rows = z.tuple([
  z.object({ balance_micros: z.bigint().nullable(), next_rent_at: z.date(), subscribed: z.boolean() }),
])

/** What a number bought now would cost. Asks only our own database, and changes nothing. */
export async function getNumberOffer(ctx: Context): Promise<NumberOffer> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const now = ctx.now()
  const [row] = rows.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select b.balance_micros, months_after(${now}, 1) as next_rent_at, release_is_paused(${accountId}) as subscribed
          from ledger.balance(${accountId}, ${now}) as b`,
    )),
  ])
  invariant(row.balance_micros !== null, 'the books of an account are open')
  const rent = ctx.prices.numberRent
  const after = row.balance_micros - rent.micros
  return {
    rent,
    balance: usd(row.balance_micros),
    balanceAfter: after < 0n ? null : usd(after),
    nextRentAt: row.next_rent_at,
    subscribed: row.subscribed,
  }
}
