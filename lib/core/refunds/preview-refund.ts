import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { usd, ZERO, type Money } from '@/lib/kit/money'
import { requireStaff } from '../actor'
import type { Context } from '../context'

/** Why a deposit cannot be refunded as asked: the provider refuses it while a payment is disputed, and after. */
export type RefundObstacle = 'disputed' | 'too_much'

export type RefundPreview = Readonly<{
  /** Null: nothing stands in the way. */
  obstacle: RefundObstacle | null
  paid: Money
  /** What may still be refunded, without what was asked for and has no end yet. */
  left: Money
  amount: Money
  /** The credit that is taken back: less than is refunded where the payment cost more than its credit, or was corrected. */
  clawed: Money
  /** What is taken from which deposits, in this order, the one that is refunded first. */
  sources: readonly Readonly<{ reference: string; isOwn: boolean; micros: Money }>[]
  /** What the wallet does not have: it is owed from then on. */
  debt: Money
  balanceBefore: Money
  balanceAfter: Money
}>

export type DepositRefund = Readonly<{
  accountId: bigint
  /** The reference of a card deposit: the provider's invoice. */
  depositReference: string
  amount: Money
}>

const micros = z.bigint().transform(usd)

const row = z.object({
  status: z.enum(['refundable', 'disputed', 'too_much', 'unknown_deposit']),
  paid_micros: micros.nullable(),
  left_micros: micros.nullable(),
  claw_micros: micros.nullable(),
  balance_micros: micros.nullable(),
  balance_after_micros: micros.nullable(),
  sources: z
    .array(
      z.object({
        reference: z.string().nullable(),
        own: z.boolean(),
        micros: z.string().transform((text) => usd(BigInt(text))),
      }),
    )
    .nullable(),
})

/**
 * What refunding a deposit, in full or part, would do to the books, without doing it.
 * @throws BillingError `forbidden`, `not_found` (no such card deposit), `database_unavailable`
 */
export async function previewRefund(
  ctx: Context,
  { accountId, depositReference, amount }: DepositRefund,
): Promise<RefundPreview> {
  requireStaff(ctx.actor, 'staff:read')
  const [found] = await callDatabase(
    ctx.db,
    (sql) =>
      sql`select * from preview_refund(${accountId}, ${depositReference}, ${amount.micros}, ${ctx.now()})`,
  )
  const { status, sources, ...read } = row.parse(found)
  if (status === 'unknown_deposit') throw new BillingError('not_found', 'No such card payment.')
  const before = read.balance_micros ?? ZERO
  const clawed = read.claw_micros ?? ZERO
  const taken = sources ?? []
  return {
    obstacle: status === 'refundable' ? null : status,
    paid: read.paid_micros ?? ZERO,
    left: read.left_micros ?? ZERO,
    amount,
    clawed,
    sources: taken.flatMap(({ reference, own, micros: part }) =>
      reference === null ? [] : [{ reference, isOwn: own, micros: part }],
    ),
    debt: taken.find(({ reference }) => reference === null)?.micros ?? ZERO,
    balanceBefore: before,
    balanceAfter: read.balance_after_micros ?? before,
  }
}
