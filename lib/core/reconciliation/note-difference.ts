import { callDatabase } from '@/lib/db/call'
import type { Money } from '@/lib/kit/money'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import type { DifferenceKind } from './decide-difference'

type ReconciledObject = 'invoice' | 'refund' | 'dispute' | 'warning'

type Finding = Readonly<{
  object: ReconciledObject
  objectId: string
  accountId: bigint | null
  kind: DifferenceKind
  /** Null: nothing, or not in dollars. */
  atProvider: Money | null
  inBooks: Money | null
  /** Why it could not be put right; null where that is not known. */
  reason: string | null
}>

/** Writes a difference down: anew, or seen again. What staff accepted as it is stays accepted. */
export async function noteDifference(ctx: Context, finding: Finding): Promise<void> {
  requireSystem(ctx.actor)
  const { object, objectId, accountId, kind, atProvider, inBooks, reason } = finding
  await callDatabase(
    ctx.db,
    (sql) => sql`
      select note_difference(${object}, ${objectId}, ${accountId}, ${kind}, ${atProvider?.micros ?? null},
        ${inBooks?.micros ?? null}, ${reason}, false, ${ctx.now()})`,
  )
}

/** Closes the difference of an object that agrees now; nothing happens where it had none. */
export async function noteAgreement(
  ctx: Context,
  object: ReconciledObject,
  { objectId, isRepaired }: Readonly<{ objectId: string; isRepaired: boolean }>,
): Promise<void> {
  requireSystem(ctx.actor)
  await callDatabase(
    ctx.db,
    (sql) => sql`
      select note_difference(${object}, ${objectId}, null, null, null, null, null, ${isRepaired}, ${ctx.now()})`,
  )
}
