import { ReceiptText } from 'lucide-react'
import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { Badge, type BadgeTone } from '@/components/ui/badge'
import { Empty } from '@/components/ui/empty'
import type { ListedInvoice } from '@/lib/core/ports/payment-provider'
import { InvoiceLinks } from './invoice-links'

type Props = Readonly<{
  invoices: readonly ListedInvoice[]
  /** Whether these are the newest, so that none means none at all. */
  fromNewest: boolean
}>

const HEAD = 'py-2 text-left text-xs font-medium text-ink-soft'

/** A page of invoices, newest first. A phone puts the number and the links below the date. */
export function InvoiceList({ invoices, fromNewest }: Props) {
  if (invoices.length === 0) {
    return (
      <Empty icon={ReceiptText} title={fromNewest ? 'No invoices yet' : 'No older invoices'}>
        {fromNewest && 'Each payment for credits or a subscription is listed here with its invoice.'}
      </Empty>
    )
  }
  return (
    <table aria-labelledby="invoices" className="w-full table-fixed">
      <thead className="border-b border-line">
        <tr>
          <th scope="col" className={`${HEAD} pl-5 md:w-34`}>
            Date
          </th>
          <th scope="col" className={`${HEAD} hidden md:table-cell`}>
            Number
          </th>
          <th scope="col" className={`${HEAD} hidden w-34 sm:table-cell`}>
            State
          </th>
          <th scope="col" className={`${HEAD} w-28 pr-5 text-right md:pr-0`}>
            Amount
          </th>
          <th scope="col" className={`${HEAD} hidden w-44 pr-5 text-right md:table-cell`}>
            <span className="sr-only">Links</span>
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {invoices.map((invoice) => (
          <InvoiceRow key={invoice.id} invoice={invoice} />
        ))}
      </tbody>
    </table>
  )
}

const STATES: Readonly<Record<ListedInvoice['state'], Readonly<{ word: string; tone: BadgeTone }>>> = {
  paid: { word: 'Paid', tone: 'accent' },
  open: { word: 'Open', tone: 'caution' },
  uncollectible: { word: 'Given up', tone: 'danger' },
  void: { word: 'Void', tone: 'plain' },
}

function InvoiceRow({ invoice }: Readonly<{ invoice: ListedInvoice }>) {
  const { word, tone } = STATES[invoice.state]
  const state = <Badge tone={tone}>{word}</Badge>
  const links = <InvoiceLinks invoiceId={invoice.id} name={invoice.number ?? invoice.id} />
  const subject = invoice.isForSubscription ? 'Subscription' : 'Credits'
  return (
    <tr>
      <td className="py-3 pl-5">
        <div className="font-medium">
          <LocalTime at={invoice.createdAt.toISOString()} detail="day" />
        </div>
        <div className="truncate text-[0.8125rem] text-ink-soft md:hidden">
          {subject}
          {invoice.number !== null && `, ${invoice.number}`}
        </div>
        <div className="mt-0.5 md:hidden">{links}</div>
      </td>
      <td className="hidden py-3 pr-4 md:table-cell">
        <div className="truncate tabular-nums">{invoice.number ?? 'Not numbered'}</div>
        <div className="text-[0.8125rem] text-ink-soft">{subject}</div>
      </td>
      <td className="hidden sm:table-cell">{state}</td>
      <td className="pr-5 text-right align-top pt-3 md:pr-0 md:pt-0 md:align-middle">
        <InvoiceAmount invoice={invoice} />
        <div className="mt-1.5 sm:hidden">{state}</div>
      </td>
      <td className="hidden pr-3 md:table-cell">
        <div className="flex justify-end">{links}</div>
      </td>
    </tr>
  )
}

function InvoiceAmount({ invoice: { total, state } }: Readonly<{ invoice: ListedInvoice }>) {
  if (total === null) return <span className="text-ink-soft">Other currency</span>
  const isOwed = state === 'paid' || state === 'open'
  return <Amount money={total} className={isOwed ? 'font-medium' : 'text-ink-soft line-through'} />
}
