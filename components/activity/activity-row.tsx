import type { ReactNode } from 'react'
import { PhoneNumber } from '@/components/billing/phone-number'
import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { Badge } from '@/components/ui/badge'
import type { ActivityItem, CreditItem, PaymentItem } from '@/lib/core/activity/activity-item'
import { CREDIT_WORDS } from './credit-words'

/** One thing that happened: what, how much of it, when, what it did to the balance, and the balance after it. */
export function ActivityRow({ item, invoicesPath }: Readonly<{ item: ActivityItem; invoicesPath: string }>) {
  const at = momentOf(item)
  return (
    <tr>
      <td className="py-2.5 pl-5">
        <div className="truncate font-medium">{titleOf(item)}</div>
        <div className="text-[0.8125rem] text-ink-soft">
          <span className="block truncate">{detailOf(item, invoicesPath)}</span>
          <span className="block truncate md:hidden">
            <LocalTime at={at} />
          </span>
        </div>
      </td>
      <td className="hidden text-right text-ink-soft tabular-nums md:table-cell">
        {item.type === 'usage' && item.billedQuantity}
      </td>
      <td className="hidden pl-8 text-ink-soft md:table-cell">
        <LocalTime at={at} />
      </td>
      <td className="pr-5 pl-2 text-right sm:pr-0">
        <Effect item={item} />
        <div className="text-[0.8125rem] text-ink-soft sm:hidden">
          <span className="sr-only">Balance </span>
          <Amount money={item.balance} className={item.balance.micros < 0n ? 'text-danger' : ''} />
        </div>
      </td>
      <td className="hidden pr-5 pl-2 text-right sm:table-cell">
        <Amount money={item.balance} className={item.balance.micros < 0n ? 'text-danger' : 'text-ink-soft'} />
      </td>
    </tr>
  )
}

/** To the millisecond, which is all that a time in HTML may have. */
function momentOf({ occurredAt }: ActivityItem): string {
  return `${occurredAt.slice(0, 23)}Z`
}

function Effect({ item }: Readonly<{ item: ActivityItem }>) {
  if (item.type === 'payment') {
    return (
      <span title="Paid by card: the balance is not touched" className="text-ink-soft">
        <Amount money={item.amount} />
      </span>
    )
  }
  if (item.type === 'usage' && item.attribution === 'entitlement') {
    return (
      <Badge tone="accent" title="Covered by the subscription: nothing left the balance">
        Covered
      </Badge>
    )
  }
  return <Amount money={item.change} signed className="font-medium" />
}

function titleOf(item: ActivityItem): string {
  switch (item.type) {
    case 'usage':
      return item.fareName
    case 'credit':
      return CREDIT_WORDS[item.kind]
    case 'payment':
      return item.interval === null ? 'Subscription' : `Subscription, ${item.interval}`
  }
}

function detailOf(item: ActivityItem, invoicesPath: string): ReactNode {
  switch (item.type) {
    case 'usage':
      return item.number !== null && <PhoneNumber number={item.number} />
    case 'credit':
      return item.invoiceId !== null && <Invoice of={item} path={invoicesPath} />
    case 'payment':
      return (
        <>
          {item.quantity !== null && `${item.quantity} ${item.quantity === 1 ? 'number' : 'numbers'}, `}
          by card <Invoice of={item} path={invoicesPath} />
        </>
      )
  }
}

type InvoiceProps = Readonly<{ of: CreditItem | PaymentItem; path: string }>

function Invoice({ of: { invoiceId }, path }: InvoiceProps) {
  return (
    <a
      href={`${path}/${encodeURIComponent(invoiceId ?? '')}`}
      target="_blank"
      rel="noreferrer"
      className="rounded-sm underline decoration-line-strong underline-offset-2 hover:text-ink"
    >
      Invoice<span className="sr-only"> {invoiceId}, opens in a new tab</span>
    </a>
  )
}
