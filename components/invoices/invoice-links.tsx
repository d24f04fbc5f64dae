import { ArrowDownToLine } from 'lucide-react'
import { Icon } from '@/components/ui/icon'
import { QUIET_LINK } from '@/components/ui/quiet-link'

/**
 * An invoice's page and file. Both go through our own route, which asks who is looking and then sends on to Stripe's.
 * `name` is what the invoice is called where it is said aloud.
 */
export function InvoiceLinks({ invoiceId, name }: Readonly<{ invoiceId: string; name: string }>) {
  const path = `/billing/invoices/${encodeURIComponent(invoiceId)}`
  return (
    <span className="-ml-2 flex sm:ml-0">
      <a href={path} target="_blank" rel="noreferrer" className={QUIET_LINK}>
        Invoice<span className="sr-only"> {name}, opens in a new tab</span>
      </a>
      <a href={`${path}?pdf`} target="_blank" rel="noreferrer" className={QUIET_LINK}>
        <Icon of={ArrowDownToLine} size={14} />
        PDF<span className="sr-only"> of invoice {name}, opens in a new tab</span>
      </a>
    </span>
  )
}
