import { requireSystem } from '../actor'
import type { Context } from '../context'
import type { PaymentReturn } from '../ports/payment-provider'
import { convergePayment } from '../refunds/converge-payment'
import { NOT_OURS, type Checked } from './checked'
import type { DifferenceKind } from './decide-difference'
import { decideReturnDifference, type BookedReturn } from './decide-return-difference'
import { noteAgreement, noteDifference } from './note-difference'
import { listWaitingEvents, readBookedReturns, type KnownReturn } from './read-booked-returns'

/** What no reading of the provider can put right. */
const FINAL: ReadonlySet<DifferenceKind> = new Set(['missing_at_provider', 'not_ours'])

/**
 * Compares one refund, dispute or warning, as the provider has it now, with the books, and has them follow it; what still
 * differs then is written down for staff.
 * @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function checkReturn(ctx: Context, known: KnownReturn): Promise<Checked> {
  requireSystem(ctx.actor)
  const said = (await ctx.payments.returnsOfPayment(known.paymentId)).find(({ id }) => id === known.id)
  const before = await compare(ctx, known, said ?? null)
  if (before.kind === null) return agree(ctx, known, false)
  await note(ctx, known, { ...before, kind: before.kind, reason: null })
  if (FINAL.has(before.kind)) return before.kind === 'not_ours' ? 'not_ours' : 'differs'

  const eventIds = await listWaitingEvents(ctx.db, known.paymentId)
  const applied = await convergePayment(ctx, { paymentId: known.paymentId, eventIds })
  const after = await compare(ctx, known, said ?? null)
  if (after.kind === null) return agree(ctx, known, true)
  const reason = applied.kind === 'quarantined' ? applied.reason : null
  const kind = reason !== null && NOT_OURS.has(reason) ? 'not_ours' : after.kind
  await note(ctx, known, { ...after, kind, reason })
  return kind === 'not_ours' ? 'not_ours' : 'differs'
}

type Comparison = Readonly<{
  kind: DifferenceKind | null
  said: PaymentReturn | null
  booked: BookedReturn | null
}>

async function compare(ctx: Context, { id }: KnownReturn, said: PaymentReturn | null): Promise<Comparison> {
  const booked = (await readBookedReturns(ctx.db, [id])).get(id) ?? null
  return { kind: decideReturnDifference(said, booked), said, booked }
}

async function agree(
  ctx: Context,
  { id: objectId, kind }: KnownReturn,
  isRepaired: boolean,
): Promise<Checked> {
  await noteAgreement(ctx, kind, { objectId, isRepaired })
  if (isRepaired) ctx.log.warn({ [kind]: objectId }, 'what took a payment back was missing in the books')
  return isRepaired ? 'repaired' : 'agrees'
}

type Found = Readonly<{
  kind: DifferenceKind
  said: PaymentReturn | null
  booked: BookedReturn | null
  reason: string | null
}>

async function note(ctx: Context, known: KnownReturn, { kind, said, booked, reason }: Found): Promise<void> {
  await noteDifference(ctx, {
    object: known.kind,
    objectId: known.id,
    accountId: booked?.accountId ?? null,
    kind,
    atProvider: said?.amount ?? null,
    // What is kept of a payment that is none of ours is in no books.
    inBooks: kind === 'not_ours' || booked === null || booked.effect === 'none' ? null : booked.amount,
    reason,
  })
}
