import type { Category, DepositCode } from './model-types'

/** What is asked of the ledger. Times are milliseconds; `now` decides what has expired. */
export type GrantDeed = Readonly<{
  kind: 'grant'
  reference: string
  code: DepositCode
  category: Category
  priority: number
  paid: bigint
  promoted: bigint
  expiresAt: number | null
  occurredAt: number
  now: number
}>
export type SpendDeed = Readonly<{
  kind: 'spend'
  reference: string
  code: 'usage' | 'rent'
  micros: bigint
  limit: bigint | null
  occurredAt: number
  now: number
}>
export type ClawbackDeed = Readonly<{
  kind: 'clawback'
  reference: string
  code: 'refund' | 'dispute'
  grantReference: string
  micros: bigint
  occurredAt: number
  now: number
}>
export type HoldDeed = Readonly<{
  kind: 'hold'
  reference: string
  grantReference: string
  micros: bigint
  occurredAt: number
  now: number
}>
export type ReversalDeed = Readonly<{
  kind: 'reversal'
  targetReference: string
  occurredAt: number
  now: number
}>
export type Deed = GrantDeed | SpendDeed | ClawbackDeed | HoldDeed | ReversalDeed

/** What two calls must share to be the same call: everything but the times and the limit. */
export function inputOf(deed: Deed): string {
  switch (deed.kind) {
    case 'grant':
      return [
        deed.kind,
        deed.code,
        deed.category,
        deed.priority,
        deed.paid,
        deed.promoted,
        deed.expiresAt,
      ].join('|')
    case 'spend':
      return [deed.kind, deed.code, deed.micros].join('|')
    case 'clawback':
      return [deed.kind, deed.code, deed.micros, deed.grantReference].join('|')
    case 'hold':
      return [deed.kind, deed.micros, deed.grantReference].join('|')
    case 'reversal':
      return [deed.kind, deed.targetReference].join('|')
  }
}
