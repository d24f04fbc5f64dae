import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Money } from '@/lib/kit/money'
import type { DifferenceKind } from './decide-difference'

export type ReconciledObject = 'invoice' | 'refund' | 'dispute'

export type Finding = Readonly<{
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
export async function noteDifference(db: Database, finding: Finding): Promise<void> {
  const { object, objectId, accountId, kind, atProvider, inBooks, reason } = finding
  await callDatabase(
    db,
    (sql) => sql`
      select note_difference(${object}, ${objectId}, ${accountId}, ${kind}, ${atProvider?.micros ?? null},
        ${inBooks?.micros ?? null}, ${reason}, false)`,
  )
}

/** Closes the difference of an object that agrees now; nothing happens where it had none. */
export async function noteAgreement(
  db: Database,
  object: ReconciledObject,
  { objectId, isRepaired }: Readonly<{ objectId: string; isRepaired: boolean }>,
): Promise<void> {
  await callDatabase(
    db,
    (sql) => sql`select note_difference(${object}, ${objectId}, null, null, null, null, null, ${isRepaired})`,
  )
}
