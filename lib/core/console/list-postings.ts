import { z } from 'zod'
import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { cutPage, type Paged } from './cut-page'

const PAGE = 30

/** Money from one ledger account to another, with what each held after it. */
export type Transfer = Readonly<{
  from: LedgerPlace
  to: LedgerPlace
  amount: Money
}>

/** `grantId` is null for what is no grant. */
export type LedgerPlace = Readonly<{ kind: string; grantId: bigint | null; balance: Money }>

/** One business fact with its transfers, in the order in which they were made. */
export type Posting = Readonly<{
  id: bigint
  code: string
  reference: string
  /** Of the posting that it takes from or undoes; null for most. */
  target: string | null
  total: Money
  /** What the wallet held after it. */
  wallet: Money
  occurredAt: Instant
  recordedAt: Instant
  transfers: readonly Transfer[]
}>

const money = z.bigint().transform(usd)
const moneyText = z.string().transform((micros) => usd(BigInt(micros)))
const place = z.object({
  kind: z.string(),
  grantId: z
    .string()
    .transform((id) => BigInt(id))
    .nullable(),
  balance: moneyText,
})
const rows = z.array(
  z
    .object({
      id: z.bigint(),
      code: z.string(),
      reference: z.string(),
      target: z.string().nullable(),
      total: money,
      wallet: money,
      occurred_at: z.date(),
      recorded_at: z.date(),
      transfers: z.array(z.object({ from: place, to: place, amount: moneyText })),
    })
    .transform(({ occurred_at: occurredAt, recorded_at: recordedAt, ...posting }) => ({
      ...posting,
      occurredAt,
      recordedAt,
    })),
)

/**
 * What was posted before this posting (null: all), the newest first, as it was recorded: in that order the balances run on.
 * Read along the primary keys and no further than the page. @throws BillingError `forbidden`, `database_unavailable`
 */
export async function listPostings(
  ctx: Context,
  { accountId, before }: Readonly<{ accountId: bigint; before: bigint | null }>,
): Promise<Paged<Posting>> {
  requireStaff(ctx.actor, 'staff:read')
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      select id, code, reference, target, total, wallet, occurred_at, recorded_at, transfers
        from read_postings(${accountId}, ${before ?? LAST}, ${PAGE + 1})`,
  )
  return cutPage(rows.parse([...found]), PAGE)
}

const LAST = 9_223_372_036_854_775_807n
