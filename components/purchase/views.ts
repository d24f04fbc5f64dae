import type { Money } from '@/lib/kit/money'

/** How far a purchase with a saved method has come, as its form shows it. */
export type PurchaseState =
  | Readonly<{
      kind: 'asking'
      /** Why the last try came to nothing; null where there was none. */
      message: string | null
      amountErrors: readonly string[]
      /** A purchase of its own for every try that came to an end; null: that of the form. */
      nextKey: string | null
    }>
  /** Nobody knows yet whether it is paid: asking again asks about the same purchase. */
  | Readonly<{ kind: 'pending'; message: string }>
  /** The bank wants the customer, at this address. */
  | Readonly<{ kind: 'confirm'; url: string | null }>
  | Readonly<{ kind: 'bought'; amount: Money; balance: Money }>

export type BuyCredits = (state: PurchaseState, form: FormData) => Promise<PurchaseState>
