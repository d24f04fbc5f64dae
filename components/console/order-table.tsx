import { ShoppingCart } from 'lucide-react'
import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { Badge, type BadgeTone } from '@/components/ui/badge'
import { Empty } from '@/components/ui/empty'
import { WideTable } from '@/components/ui/wide-table'
import type { CreditOrder, PaymentAttempt } from '@/lib/core/console/list-orders'
import { StripeLink } from './stripe-link'

type Props = Readonly<{
  labelledBy: string
  orders: readonly CreditOrder[]
  /** As of `StripeLink`. */
  dashboard: string | null
}>

const COLUMNS = ['Order', 'Begun', 'State', 'Attempt', 'At Stripe', { amounts: 'Amount' }] as const

/** Orders of credits, and what was tried to have each paid. */
export function OrderTable({ labelledBy, orders, dashboard }: Props) {
  if (orders.length === 0) {
    return (
      <Empty icon={ShoppingCart} title="No orders">
        Every purchase of credits begins with one, whether or not it is paid.
      </Empty>
    )
  }
  return (
    <WideTable labelledBy={labelledBy} columns={COLUMNS}>
      {orders.map((order) => (
        <tr key={order.id}>
          <td>
            <span className="font-mono text-xs">{order.id}</span>
            <span className="block text-[0.8125rem] text-ink-soft">by {order.requestedBy}</span>
          </td>
          <td className="whitespace-nowrap">
            <LocalTime at={order.createdAt.toISOString()} />
            {order.settledAt !== null && (
              <span className="block text-[0.8125rem] text-ink-soft">
                settled <LocalTime at={order.settledAt.toISOString()} />
              </span>
            )}
          </td>
          <td>
            <Badge tone={STATE_TONES[order.state] ?? 'plain'}>{order.state}</Badge>
          </td>
          <td>
            {order.attempt === null ? (
              <span className="text-ink-soft">In Checkout</span>
            ) : (
              <Attempt attempt={order.attempt} />
            )}
          </td>
          <td>
            {order.invoiceId !== null && (
              <StripeLink kind="invoice" id={order.invoiceId} dashboard={dashboard} />
            )}
            {order.checkoutId !== null && (
              <span
                className="block max-w-56 truncate font-mono text-xs text-ink-soft"
                title={order.checkoutId}
              >
                {order.checkoutId}
              </span>
            )}
          </td>
          <td className="text-right">{order.amount === null ? '–' : <Amount money={order.amount} />}</td>
        </tr>
      ))}
    </WideTable>
  )
}

const STATE_TONES: Readonly<Record<string, BadgeTone>> = {
  paid: 'accent',
  open: 'caution',
  created: 'caution',
}

const TRIGGERS: Readonly<Record<PaymentAttempt['trigger'], string>> = {
  manual: 'By hand',
  threshold: 'By itself, balance low',
  scheduled: 'By itself, on its day',
  test: 'By itself, tried out',
}

function Attempt({ attempt }: Readonly<{ attempt: PaymentAttempt }>) {
  const { trigger, state, failureCode, declineCode, method, attempts } = attempt
  const why = [failureCode, declineCode].filter((code) => code !== null).join(', ')
  return (
    <>
      {TRIGGERS[trigger]}
      {method !== null && `, ${method.brand ?? 'method'} ${method.last4 ?? ''}`.trimEnd()}
      <span className={`block text-[0.8125rem] ${state === 'failed' ? 'text-danger' : 'text-ink-soft'}`}>
        {why === '' ? state : `${state}: ${why}`}
        {attempts > 1 && `, after ${String(attempts)} tries`}
      </span>
    </>
  )
}
