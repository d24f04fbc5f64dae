import type { NumberQuote } from '@/lib/core/numbers/quote-number'

/** What a form is told: the quote, or why there is none. */
export type QuoteAnswer =
  Readonly<{ kind: 'quoted'; quote: NumberQuote }> | Readonly<{ kind: 'failed'; message: string }>

export type BuyState =
  | Readonly<{ kind: 'asking'; message: string | null; areaCode: string; areaErrors: readonly string[] }>
  /** `covered`: whether the subscription pays for it. */
  | Readonly<{ kind: 'bought'; number: string; covered: boolean }>

export type BuyActions = Readonly<{
  quote: () => Promise<QuoteAnswer>
  buy: (state: BuyState, form: FormData) => Promise<BuyState>
}>

/** Null when it is done, else why not. */
export type RenameAction = (change: Readonly<{ id: string; nickname: string }>) => Promise<string | null>
export type ReleaseAction = (numberId: string) => Promise<string | null>
