import { z } from 'zod'
import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { cutPage, type Paged } from './cut-page'

const PAGE = 20

/** Credit that came in, and what is left of it. */
export type Grant = Readonly<{
  id: bigint
  category: 'allowance' | 'promotional' | 'purchased'
  /** Of the posting that granted it. */
  code: string
  reference: string
  grantedAt: Instant
  /** Null: never. */
  expiresAt: Instant | null
  /** With what repaid overdraft at once and was never in the grant. */
  total: Money
  left: Money
  clawedBack: Money
}>

const money = z.bigint().transform(usd)
const rows = z.array(
  z
    .object({
      id: z.bigint(),
      category: z.enum(['allowance', 'promotional', 'purchased']),
      code: z.string(),
      reference: z.string(),
      granted_at: z.date(),
      expires_at: z.date().nullable(),
      total: money,
      left: money,
      clawed_back: money,
    })
    .transform(({ granted_at: grantedAt, expires_at: expiresAt, clawed_back: clawedBack, ...grant }) => ({
      ...grant,
      grantedAt,
      expiresAt,
      clawedBack,
    })),
)

/** The account's grants before this one (null: all), the newest first. @throws BillingError `forbidden`, `database_unavailable` */
export async function listGrants(
  ctx: Context,
  { accountId, before }: Readonly<{ accountId: bigint; before: bigint | null }>,
): Promise<Paged<Grant>> {
  requireStaff(ctx.actor, 'staff:read')
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      select g.id, g.category, p.code, p.reference, p.occurred_at as granted_at, g.expires_at, g.total_micros as total,
          g.balance_micros as left, g.clawed_micros as clawed_back
        from ledger.ledger_account g join ledger.posting p on p.account_id = g.account_id and p.id = g.id
        where g.account_id = ${accountId} and g.id >= 1000 and g.id < coalesce(${before}::bigint, 9223372036854775807)
        order by g.id desc limit ${PAGE + 1}`,
  )
  return cutPage(rows.parse([...found]), PAGE)
}
