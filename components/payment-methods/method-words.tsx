import type { ReactNode } from 'react'
import type { PaymentMethodView } from './payment-method-view'

/** `Visa •••• 4242`; the dots are for the eye, "ending in" is said. */
export function MethodTitle({ method: { card, type } }: Readonly<{ method: PaymentMethodView }>): ReactNode {
  if (card === null) return capitalised(type)
  return (
    <span className="tabular-nums">
      {brandName(card.brand)}
      <span className="sr-only"> ending in </span>
      <span aria-hidden className="tracking-widest text-ink-soft">
        {' '}
        ••••{' '}
      </span>
      {card.last4}
    </span>
  )
}

/** The same in a sentence: `Visa ending in 4242`. */
export function methodName({ card, type }: PaymentMethodView): string {
  return card === null ? capitalised(type) : cardName(card)
}

export function cardName({ brand, last4 }: Readonly<{ brand: string; last4: string }>): string {
  return `${brandName(brand)} ending in ${last4}`
}

/** When a card expires, or whose another method is; undefined where there is nothing to say. */
export function methodDetail({ card, email }: PaymentMethodView): string | undefined {
  if (card === null) return email ?? undefined
  const month = String(card.expMonth).padStart(2, '0')
  return `${card.expired ? 'Expired' : 'Expires'} ${month}/${card.expYear}`
}

const BRANDS: ReadonlyMap<string, string> = new Map([
  ['visa', 'Visa'],
  ['mastercard', 'Mastercard'],
  ['amex', 'American Express'],
  ['discover', 'Discover'],
  ['diners', 'Diners Club'],
  ['jcb', 'JCB'],
  ['unionpay', 'UnionPay'],
])

function brandName(brand: string): string {
  return BRANDS.get(brand) ?? capitalised(brand)
}

/** `us_bank_account` reads as `Us bank account`: plain, and right for types that do not exist yet. */
function capitalised(word: string): string {
  const text = word.replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
