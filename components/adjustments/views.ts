import type { AdjustmentPreview } from '@/lib/core/adjustments/preview-adjustment'

/** What was typed into the form of a grant. */
export type GrantDraft = Readonly<{ amount: string; category: string; expiresOn: string; reason: string }>

type Errors = Readonly<Record<string, readonly string[]>>

/** `made` and `pending` say how it ended: at once, or waiting for a second person. */
export type GrantOutcome =
  | Readonly<{ kind: 'asking'; errors: Errors; message: string | null }>
  | Readonly<{ kind: 'previewed'; preview: AdjustmentPreview }>
  | Readonly<{ kind: 'made' | 'pending' }>

export type GrantState = GrantOutcome & Readonly<{ draft: GrantDraft }>

export type GrantAction = (state: GrantState, form: FormData) => Promise<GrantState>

/** Once it is undone, or waits for approval, the page is another. */
export type UndoState = Readonly<{ reason: string; reasonErrors: readonly string[]; message: string | null }>

export type UndoAction = (state: UndoState, form: FormData) => Promise<UndoState>

/** Once it is decided, the page is another. */
export type DecideState = Readonly<{ note: string; noteErrors: readonly string[]; message: string | null }>

export type DecideAction = (state: DecideState, form: FormData) => Promise<DecideState>
