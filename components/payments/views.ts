import type { RefundPreview } from '@/lib/core/refunds/preview-refund'

/** What was typed into the form of a refund. */
export type RefundDraft = Readonly<{ amount: string; reason: string }>

/** `ended`: `failureCode` null, it is made; `pending`: Stripe was asked, and the answer is still out. */
export type RefundOutcome =
  | Readonly<{ kind: 'asking'; errors: Readonly<Record<string, readonly string[]>>; message: string | null }>
  | Readonly<{ kind: 'previewed'; preview: RefundPreview }>
  | Readonly<{ kind: 'ended'; failureCode: string | null }>
  | Readonly<{ kind: 'pending' }>

export type RefundState = RefundOutcome & Readonly<{ draft: RefundDraft }>

export type RefundAction = (state: RefundState, form: FormData) => Promise<RefundState>

/** Once it is dismissed, the page says so. */
export type DismissState = Readonly<{
  reason: string
  reasonErrors: readonly string[]
  message: string | null
}>

export type DismissAction = (state: DismissState, form: FormData) => Promise<DismissState>
