import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { invariant } from '@/lib/kit/assert'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'

/** What the wallet holds, and whether it is topped up by itself. */
export type WalletBalance = Readonly<{ balance: Money; autoTopUpEnabled: boolean; asOf: Instant }>

const rows = z.tuple([z.object({ balance_micros: z.bigint().nullable(), enabled: z.boolean() })])

/** In one round trip, and nothing else: programs ask for it often. @throws BillingError `database_unavailable` */
export async function getWalletBalance(ctx: Context): Promise<WalletBalance> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const asOf = ctx.now()
  const [row] = rows.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select balance_micros,
            exists (select from auto_top_up where account_id = ${accountId} and enabled) as enabled
          from ledger.balance(${accountId}, ${asOf})`,
    )),
  ])
  invariant(row.balance_micros !== null, `the books of account ${accountId} are open`)
  return { balance: usd(row.balance_micros), autoTopUpEnabled: row.enabled, asOf }
}
