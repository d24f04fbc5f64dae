import type { Interval } from '@/lib/core/ports/subscription-provider'
import type { Money } from '@/lib/kit/money'

export type { Interval }

/** What a change would do today; moments are ISO 8601. */
export type ChangeQuote = Readonly<{
  amountDue: Money
  discount: Money
  lines: readonly Readonly<{ description: string; amount: Money }>[]
  /** Unix seconds: changed with it, `amountDue` is charged or nothing. */
  prorationDate: number
  /** The code that it reckons with; null for none. */
  promotionCode: string | null
  /** The balance once it is charged: what the charge collects of an overdraft has come back to it. */
  balanceAfter: Money
  coveredFrom: string
}>

export type PreviewAnswer =
  | Readonly<{ kind: 'quoted'; quote: ChangeQuote }>
  /** `codeErrors`: what is wrong with the promotion code; empty where it is something else. */
  | Readonly<{ kind: 'failed'; message: string; codeErrors: readonly string[] }>

export type ChangeInput = Readonly<{
  interval: Interval
  promotionCode: string | null
  prorationDate: number
  idempotencyKey: string
}>

/** Why nothing was changed or charged. `stale`: what it costs is no longer what was quoted. */
export type ChangeRefusal =
  Readonly<{ kind: 'stale' }> | Readonly<{ kind: 'declined' | 'refused'; message: string }>

export type ChangeActions = Readonly<{
  preview: (input: Readonly<{ interval: Interval; promotionCode: string | null }>) => Promise<PreviewAnswer>
  /** Null when it is changed, else why not. */
  change: (input: ChangeInput) => Promise<ChangeRefusal | null>
}>

/** Null when it is done, else why not. */
export type CancellationAction = () => Promise<string | null>

/** What became of the Checkout that has just ended; null where it cannot be said now. */
export type SettleSubscription = () => Promise<'open' | 'processing' | 'subscribed' | 'expired' | null>
