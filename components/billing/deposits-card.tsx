import { ArrowDownToLine, Wallet } from 'lucide-react'
import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { Card } from '@/components/ui/card'
import { Empty } from '@/components/ui/empty'
import { Icon } from '@/components/ui/icon'
import { Row, RowList } from '@/components/ui/row-list'
import type { DepositView } from './views'

const KINDS: Readonly<Record<DepositView['kind'], string>> = {
  card: 'Card payment',
  welcome: 'Welcome credit',
  manual: 'Added by staff',
}

/** What came into the wallet, newest first, with the invoice of each payment. */
export function DepositsCard({ deposits }: Readonly<{ deposits: readonly DepositView[] }>) {
  return (
    <Card id="deposits" title="Deposits">
      {deposits.length === 0 ? (
        <Empty icon={Wallet} title="No deposits yet">
          Each payment is listed here with its invoice.
        </Empty>
      ) : (
        <RowList labelledBy="deposits">
          {deposits.map((deposit) => (
            <DepositRow key={deposit.invoiceId ?? deposit.kind + deposit.createdAt} deposit={deposit} />
          ))}
        </RowList>
      )}
    </Card>
  )
}

function DepositRow({ deposit }: Readonly<{ deposit: DepositView }>) {
  return (
    <Row title={KINDS[deposit.kind]} detail={<LocalTime at={deposit.createdAt} />}>
      {deposit.invoiceId !== null && <InvoiceLinks invoiceId={deposit.invoiceId} />}
      <Amount money={deposit.amount} signed className="min-w-20 font-medium" />
    </Row>
  )
}

/** Both go through our own route, which asks who is looking and then sends on to Stripe's page or file. */
function InvoiceLinks({ invoiceId }: Readonly<{ invoiceId: string }>) {
  const path = `/billing/invoices/${encodeURIComponent(invoiceId)}`
  const look =
    'inline-flex h-8 items-center gap-1 rounded-md px-2 text-[0.8125rem] text-ink-soft transition-colors hover:bg-raised hover:text-ink'
  return (
    <span className="flex">
      <a href={path} target="_blank" rel="noreferrer" className={look}>
        Invoice<span className="sr-only"> {invoiceId}, opens in a new tab</span>
      </a>
      <a href={`${path}?pdf`} target="_blank" rel="noreferrer" className={look}>
        <Icon of={ArrowDownToLine} size={14} />
        PDF<span className="sr-only"> of invoice {invoiceId}, opens in a new tab</span>
      </a>
    </span>
  )
}
