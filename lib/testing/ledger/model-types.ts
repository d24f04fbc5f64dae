/** The ids of the fixed chart. */
export const CHART = {
  overdraft: 1n,
  held: 2n,
  stripe: 3n,
  subscriptions: 4n,
  promotions: 5n,
  usage: 6n,
  rent: 7n,
  expired: 8n,
  refunds: 9n,
  disputes: 10n,
} as const

export type Category = 'allowance' | 'promotional' | 'purchased'
export type DepositCode = 'deposit_card' | 'deposit_welcome' | 'deposit_manual' | 'allowance'
export type Code =
  DepositCode | 'usage' | 'rent' | 'refund' | 'dispute' | 'hold' | 'expiry' | 'subscription' | 'reversal'

export type Grant = {
  id: bigint
  category: Category
  priority: number
  /** Milliseconds; null: never. */
  expiresAt: number | null
  total: bigint
  granted: bigint
  clawed: bigint
}

/** One movement. A side of 0 is the grant that the posting itself makes. */
export type Leg = Readonly<{ from: bigint; to: bigint; micros: bigint }>

export type Posting = Readonly<{
  status: 'posted'
  code: Code
  total: bigint
  /** The wallet's balance after it. */
  balance: bigint
  legs: readonly Leg[]
  answer: Readonly<Record<string, number>>
  targetId: bigint | null
  /** The grant it makes, without what only the database knows. */
  grant: Omit<Grant, 'id' | 'clawed'> | null
  /** By how much what has been clawed back of a grant changes. */
  clawed: readonly (readonly [grantId: bigint, micros: bigint])[]
}>

export type Refused = Readonly<{
  status: 'insufficient' | 'unknown_target' | 'invalid' | 'replayed' | 'mismatch'
}>
export type Decision = Posting | Refused
export type Posted = Posting & Readonly<{ id: bigint; reference: string; input: string }>

export function isDue(grant: Grant, now: number): boolean {
  return grant.expiresAt !== null && grant.expiresAt <= now
}
