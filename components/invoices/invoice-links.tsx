import { ArrowDownToLine } from 'lucide-react'
import { Icon } from '@/components/ui/icon'
import { QUIET_LINK } from '@/components/ui/quiet-link'

/** Where an account's own people find its invoices. */
export const OWN_INVOICES = '/billing/invoices'

type Props = Readonly<{
  invoiceId: string
  /** What the invoice is called where it is said aloud. */
  name: string
  /** Under which its route stands. */
  path?: string
}>

/** An invoice's page and file. Both go through our own route, which asks who is looking and then sends on to Stripe's. */
export function InvoiceLinks({ invoiceId, name, path = OWN_INVOICES }: Props) {
  const address = `${path}/${encodeURIComponent(invoiceId)}`
  return (
    <span className="-ml-2 flex sm:ml-0">
      <a href={address} target="_blank" rel="noreferrer" className={QUIET_LINK}>
        Invoice<span className="sr-only"> {name}, opens in a new tab</span>
      </a>
      <a href={`${address}?pdf`} target="_blank" rel="noreferrer" className={QUIET_LINK}>
        <Icon of={ArrowDownToLine} size={14} />
        PDF<span className="sr-only"> of invoice {name}, opens in a new tab</span>
      </a>
    </span>
  )
}
