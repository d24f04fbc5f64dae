import { z } from 'zod'
import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { termsRow, type AdjustmentTerms } from './adjustment'
import { refusalSchema, refuseAdjustment } from './adjustment-answer'

/** One of the account's ledger accounts. */
export type Side = Readonly<{
  kind: string
  id: bigint
  /** Of a grant; null for the others. */
  category: 'allowance' | 'promotional' | 'purchased' | null
  expiresAt: Instant | null
}>

export type AdjustmentPreview = Readonly<{
  /** What is granted or undone. */
  total: Money
  before: Money
  after: Money
  /** Every transfer that would be booked, in its order. */
  moves: readonly Readonly<{ from: Side; to: Side; amount: Money }>[]
  /** Above what this person may move by themselves. */
  needsApproval: boolean
}>

const micros = z
  .string()
  .regex(/^-?\d+$/)
  .transform((text) => usd(BigInt(text)))

const side = z.object({
  kind: z.string(),
  id: z.string().regex(/^\d+$/).transform(BigInt),
  category: z.enum(['allowance', 'promotional', 'purchased']).nullable(),
  expiresAt: z.coerce.date().nullable(),
})

const effect = z.union([
  z.object({
    status: z.literal('posted'),
    totalMicros: micros,
    beforeMicros: micros,
    afterMicros: micros,
    needsApproval: z.boolean(),
    moves: z.array(z.object({ from: side, to: side, micros })),
  }),
  z.object({ status: refusalSchema }),
])

type Question = Readonly<{ accountId: bigint; terms: AdjustmentTerms }>

/**
 * What an adjustment would do if it were made now, found by making it and taking it back within one statement: what is
 * reckoned here is reckoned by nothing but the deed itself. Books nothing.
 * @throws BillingError `forbidden`, `not_found` (no such account or posting), `conflict` (cannot be undone, or is already;
 * the credit would have expired), `database_unavailable`
 */
export async function previewAdjustment(ctx: Context, question: Question): Promise<AdjustmentPreview> {
  const staffId = requireStaff(ctx.actor, 'staff:read')
  const terms = termsRow(question.terms)
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select preview_adjustment(${question.accountId}, ${terms.kind}, ${terms.category}, ${terms.micros}, ${terms.expiresAt},
        ${terms.target}, ${staffId}, ${ctx.limits.adjustment.micros}, ${ctx.now()}) as effect`,
  )
  const found = effect.parse(row?.['effect'])
  if (found.status !== 'posted') throw refuseAdjustment(found.status)
  return {
    total: found.totalMicros,
    before: found.beforeMicros,
    after: found.afterMicros,
    moves: found.moves.map(({ from, to, micros: amount }) => ({ from, to, amount })),
    needsApproval: found.needsApproval,
  }
}
