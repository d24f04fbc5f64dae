import { z } from 'zod'
import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'

/** A posting that staff may undo. */
export type Correctable = Readonly<{
  postingId: bigint
  code: string
  reference: string
  /** What it was about, in the customer's words; null where there are none. */
  subject: string | null
  total: Money
  occurredAt: Instant
}>

export type CorrectablePage = Readonly<{
  postings: readonly Correctable[]
  /** The last one's id where there are more; null on the last page. */
  nextBefore: bigint | null
}>

const PAGE_SIZE = 20

const row = z.object({
  id: z.bigint(),
  code: z.string(),
  reference: z.string(),
  subject: z.string().nullable(),
  total_micros: z.bigint(),
  occurred_at: z.date(),
})

/**
 * The account's postings that can be undone by hand, latest booked first, a page of twenty before that id (null: from the
 * newest). @throws BillingError `forbidden`, `database_unavailable`
 */
export async function listCorrectable(
  ctx: Context,
  { accountId, before }: Readonly<{ accountId: bigint; before: bigint | null }>,
): Promise<CorrectablePage> {
  requireStaff(ctx.actor, 'staff:read')
  const rows = await callDatabase(
    ctx.db,
    (sql) => sql`select * from read_correctable(${accountId}, ${before}, ${PAGE_SIZE + 1})`,
  )
  const postings = rows.slice(0, PAGE_SIZE).map((found) => {
    const { id, total_micros: total, occurred_at: occurredAt, ...posting } = row.parse(found)
    return { ...posting, postingId: id, total: usd(total), occurredAt }
  })
  return { postings, nextBefore: rows.length > PAGE_SIZE ? (postings.at(-1)?.postingId ?? null) : null }
}
