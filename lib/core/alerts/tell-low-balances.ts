import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { requireSystem } from '../actor'
import type { Context } from '../context'

const answer = z.tuple([
  z
    .object({ last_account: z.bigint().nullable(), accounts: z.int(), told: z.int() })
    .transform(({ last_account: lastAccount, accounts, told }) => ({ lastAccount, accounts, told })),
])

export type Told = Readonly<{
  /** The last account looked at; null where none was left. */
  lastAccount: bigint | null
  accounts: number
  /** Accounts whose balance has fallen below what they set, and that had not been told of it. */
  told: number
}>

/**
 * Looks at accounts after this one, by their ids, and tells those whose balance fell below their threshold: once, until it
 * was back in between. For our own job.
 */
export async function tellLowBalances(ctx: Context, after: bigint, accountsMax: number): Promise<Told> {
  requireSystem(ctx.actor)
  const [looked] = answer.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select last_account, accounts, told from tell_low_balances(${after}, ${accountsMax}, ${ctx.now()})`,
    )),
  ])
  return looked
}
