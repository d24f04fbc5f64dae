import { Amount } from '@/components/money/amount'
import { PageLink } from '@/components/shell/page-link'
import { Row, RowList } from '@/components/ui/row-list'
import type { PaymentDebt } from '@/lib/core/refunds/read-debts'

type Props = Readonly<{
  labelledBy: string
  /** The page of the account's payments. */
  path: string
  debts: readonly PaymentDebt[]
}>

/** What the account owes because payments were taken back whose credit was used, by the payment. */
export function DebtList({ labelledBy, path, debts }: Props) {
  return (
    <RowList labelledBy={labelledBy}>
      {debts.map(({ kind, invoiceId, left }) => (
        <Row
          key={`${kind} ${invoiceId}`}
          title={kind === 'dispute' ? 'Left by a lost dispute' : 'Left by a refund'}
          detail={
            <PageLink href={`${path}/${invoiceId}`} className="rounded-sm underline-offset-4 hover:underline">
              {invoiceId}
            </PageLink>
          }
        >
          <Amount money={left} className="font-medium text-danger" />
        </Row>
      ))}
    </RowList>
  )
}
