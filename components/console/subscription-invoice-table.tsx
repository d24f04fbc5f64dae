import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { WideTable } from '@/components/ui/wide-table'
import type { StripeObjects } from '@/lib/core/console/get-stripe-objects'
import { StripeLink } from './stripe-link'

type Props = Readonly<{
  labelledBy: string
  invoices: StripeObjects['subscriptionInvoices']
  /** As of `StripeLink`. */
  dashboard: string | null
}>

/** Paid invoices of the subscription, the newest first. */
export function SubscriptionInvoiceTable({ labelledBy, invoices, dashboard }: Props) {
  return (
    <WideTable labelledBy={labelledBy} columns={['Invoice', 'Paid', 'For', 'Units', { amounts: 'Amount' }]}>
      {invoices.map((invoice) => (
        <tr key={invoice.id}>
          <td>
            <StripeLink kind="invoice" id={invoice.id} dashboard={dashboard} />
          </td>
          <td className="whitespace-nowrap">
            <LocalTime at={invoice.paidAt.toISOString()} />
          </td>
          <td className="whitespace-nowrap">
            <LocalTime at={invoice.periodStart.toISOString()} detail="day" /> to{' '}
            <LocalTime at={invoice.periodEnd.toISOString()} detail="day" />
          </td>
          <td className="tabular-nums">{invoice.quantity}</td>
          <td className="text-right">
            <Amount money={invoice.paid} />
          </td>
        </tr>
      ))}
    </WideTable>
  )
}
