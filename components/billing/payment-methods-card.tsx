import type { ReactNode } from 'react'
import { CreditCard } from 'lucide-react'
import { methodDetail, MethodTitle } from '@/components/payment-methods/method-words'
import type { PaymentMethodView } from '@/components/payment-methods/payment-method-view'
import { PageLink } from '@/components/shell/page-link'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { Empty } from '@/components/ui/empty'
import { QUIET_LINK } from '@/components/ui/quiet-link'
import { Row, RowList } from '@/components/ui/row-list'

type Props = Readonly<{
  /** Whether the reader may go on to manage them. */
  isOwn?: boolean
  children: ReactNode
}>

/**
 * The frame of the saved payment methods. Its content comes from Stripe when the page is already being read, so its
 * place is three rows high whatever comes; on a phone, where it stands last, it may grow.
 */
export function PaymentMethodsCard({ isOwn = true, children }: Props) {
  return (
    <Card
      id="payment-methods"
      title="Payment methods"
      aside={
        isOwn && (
          <PageLink href="/billing/payment-methods" className={QUIET_LINK}>
            Manage<span className="sr-only"> payment methods</span>
          </PageLink>
        )
      }
    >
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
    <Row title={<MethodTitle method={method} />} detail={methodDetail(method)}>
      {card?.expired === true && <Badge tone="danger">Expired</Badge>}
      {method.isDefault && <Badge tone="accent">Default</Badge>}
    </Row>
  )
}
