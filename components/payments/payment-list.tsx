import { CreditCard } from 'lucide-react'
import { Amount } from '@/components/money/amount'
import { PageLink } from '@/components/shell/page-link'
import { LocalTime } from '@/components/time/local-time'
import { Badge } from '@/components/ui/badge'
import { buttonClass } from '@/components/ui/button'
import { Empty } from '@/components/ui/empty'
import { RowList } from '@/components/ui/row-list'
import type { CardPayment } from '@/lib/core/refunds/read-payments'
import { paymentState } from './payment-words'

type Props = Readonly<{
  labelledBy: string
  /** The page of the account's payments. */
  path: string
  payments: readonly CardPayment[]
}>

/** Card payments, each with what happened to it and the way to its page. */
export function PaymentList({ labelledBy, path, payments }: Props) {
  if (payments.length === 0) {
    return (
      <Empty icon={CreditCard} title="No card payments">
        Credit that is bought by card is listed here.
      </Empty>
    )
  }
  return (
    <RowList labelledBy={labelledBy}>
      {payments.map((payment) => (
        <PaymentRow key={payment.invoiceId} path={path} payment={payment} />
      ))}
    </RowList>
  )
}

function PaymentRow({ path, payment }: Readonly<{ path: string; payment: CardPayment }>) {
  const state = paymentState(payment)
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-5 py-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 font-medium">
          {payment.isAutomatic ? 'Automatic top-up' : 'Card payment'}
          {state !== null && <Badge tone={state.tone}>{state.text}</Badge>}
        </p>
        <p className="text-[0.8125rem] wrap-anywhere text-ink-soft">
          <LocalTime at={payment.occurredAt.toISOString()} /> · {payment.invoiceId}
        </p>
      </div>
      <div className="flex items-center gap-3">
        <Amount money={payment.paid} className="font-medium" />
        <PageLink href={`${path}/${payment.invoiceId}`} className={buttonClass('secondary', 'small')}>
          Open<span className="sr-only"> payment {payment.invoiceId}</span>
        </PageLink>
      </div>
    </li>
  )
}
