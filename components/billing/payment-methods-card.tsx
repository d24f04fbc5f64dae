import type { ReactNode } from 'react'
import { CreditCard } from 'lucide-react'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { Empty } from '@/components/ui/empty'
import { Row, RowList } from '@/components/ui/row-list'
import type { PaymentMethodView } from './views'

/**
 * The frame of the saved payment methods. Its content comes from Stripe when the page is already being read, so its
 * place is three rows high whatever comes; on a phone, where it stands last, it may grow.
 */
export function PaymentMethodsCard({ children }: Readonly<{ children: ReactNode }>) {
  return (
    <Card id="payment-methods" title="Payment methods">
      <div className="flex min-h-46 flex-1 flex-col lg:h-46">{children}</div>
    </Card>
  )
}

/** The rows that fit on a desktop; more are scrolled to, by keyboard too. */
const VISIBLE_ROWS = 3

export function PaymentMethodList({ methods }: Readonly<{ methods: readonly PaymentMethodView[] }>) {
  if (methods.length === 0) {
    return (
      <Empty icon={CreditCard} title="No saved cards">
        Tick “save” when you add credits. The first card saved becomes the default.
      </Empty>
    )
  }
  const scrolls = methods.length > VISIBLE_ROWS
  return (
    <div
      className="overflow-y-auto outline-offset-[-2px]"
      {...(scrolls ? { tabIndex: 0, role: 'group', 'aria-labelledby': 'payment-methods' } : {})}
    >
      <RowList labelledBy="payment-methods">
        {methods.map((method) => (
          <MethodRow key={method.id} method={method} />
        ))}
      </RowList>
    </div>
  )
}

function MethodRow({ method }: Readonly<{ method: PaymentMethodView }>) {
  const { card } = method
  return (
    <Row title={titleOf(method)} detail={detailOf(method)}>
      {card?.expired === true && <Badge tone="danger">Expired</Badge>}
      {method.isDefault && <Badge tone="accent">Default</Badge>}
    </Row>
  )
}

function titleOf({ card, type }: PaymentMethodView): ReactNode {
  if (card === null) return capitalised(type)
  return (
    <span className="tabular-nums">
      {BRANDS.get(card.brand) ?? capitalised(card.brand)}
      <span className="sr-only"> ending in </span>
      <span aria-hidden className="tracking-widest text-ink-soft">
        {' '}
        ••••{' '}
      </span>
      {card.last4}
    </span>
  )
}

function detailOf({ card, email }: PaymentMethodView): ReactNode {
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

/** `us_bank_account` reads as `Us bank account`: plain, and right for types that do not exist yet. */
function capitalised(word: string): string {
  const text = word.replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
