import { Wallet } from 'lucide-react'
import { CREDIT_WORDS } from '@/components/activity/credit-words'
import { InvoiceLinks, OWN_INVOICES } from '@/components/invoices/invoice-links'
import { Amount } from '@/components/money/amount'
import { PageLink } from '@/components/shell/page-link'
import { LocalTime } from '@/components/time/local-time'
import { Card } from '@/components/ui/card'
import { Empty } from '@/components/ui/empty'
import { QUIET_LINK } from '@/components/ui/quiet-link'
import { RowList } from '@/components/ui/row-list'
import type { Deposit } from '@/lib/core/wallets/read-billing'

type Props = Readonly<{
  deposits: readonly Deposit[]
  /** Where the invoices of the account are; its own people find a list of all there. */
  invoicesPath?: string
}>

/** What came into the wallet, newest first, with the invoice of each payment. */
export function DepositsCard({ deposits, invoicesPath = OWN_INVOICES }: Props) {
  return (
    <Card
      id="deposits"
      title="Deposits"
      aside={
        invoicesPath === OWN_INVOICES && (
          <PageLink href={OWN_INVOICES} className={QUIET_LINK}>
            All invoices
          </PageLink>
        )
      }
    >
      {deposits.length === 0 ? (
        <Empty icon={Wallet} title="No deposits yet">
          Each payment is listed here with its invoice.
        </Empty>
      ) : (
        <RowList labelledBy="deposits">
          {deposits.map((deposit) => (
            <DepositRow
              key={deposit.invoiceId ?? deposit.kind + deposit.createdAt.toISOString()}
              deposit={deposit}
              invoicesPath={invoicesPath}
            />
          ))}
        </RowList>
      )}
    </Card>
  )
}

function DepositRow({ deposit, invoicesPath }: Readonly<{ deposit: Deposit; invoicesPath: string }>) {
  return (
    <li className="flex min-h-15 items-center justify-between gap-4 px-5 py-2.5">
      <div className="flex min-w-0 flex-1 flex-col gap-x-4 sm:flex-row sm:items-center sm:justify-between">
        <div className="min-w-0">
          <p className="font-medium">{CREDIT_WORDS[deposit.kind]}</p>
          <p className="text-[0.8125rem] text-ink-soft">
            <LocalTime at={deposit.createdAt.toISOString()} />
          </p>
        </div>
        {deposit.invoiceId !== null && (
          <InvoiceLinks invoiceId={deposit.invoiceId} name={deposit.invoiceId} path={invoicesPath} />
        )}
      </div>
      <Amount money={deposit.amount} signed className="min-w-20 text-right font-medium" />
    </li>
  )
}
