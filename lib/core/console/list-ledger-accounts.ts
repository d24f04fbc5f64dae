import { z } from 'zod'
import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { usd, type Money } from '@/lib/kit/money'

/** One of an account's own chart; grants are told of as one, with what is left of all of them. */
export type LedgerAccount = Readonly<{ kind: string; balance: Money }>

export type LedgerAccounts = Readonly<{
  accounts: readonly LedgerAccount[]
  /** Of all of them: zero, or the books are wrong. */
  sum: Money
  /** What the holder has: the overdraft and every grant with something left, those due to expire included. */
  wallet: Money
}>

const money = z.bigint().transform(usd)
const rows = z.array(z.object({ kind: z.string(), balance: money, sum: money, wallet: money.nullable() }))

/** The ledger accounts of an account, in the chart's order. @throws BillingError `forbidden`, `database_unavailable` */
export async function listLedgerAccounts(ctx: Context, accountId: bigint): Promise<LedgerAccounts> {
  requireStaff(ctx.actor, 'staff:read')
  const found = rows.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select kind, sum(balance_micros)::bigint as balance, sum(sum(balance_micros)) over ()::bigint as sum,
            sum(sum(balance_micros) filter (where in_wallet)) over ()::bigint as wallet
          from ledger.ledger_account where account_id = ${accountId}
          group by kind order by min(id)`,
    )),
  ])
  const [first] = found
  return {
    accounts: found.map(({ kind, balance }) => ({ kind, balance })),
    sum: first?.sum ?? usd(0n),
    wallet: first?.wallet ?? usd(0n),
  }
}
