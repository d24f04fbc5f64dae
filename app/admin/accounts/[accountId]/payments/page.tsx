import type { Metadata } from 'next'
import { z } from 'zod'
import { DebtList } from '@/components/payments/debt-list'
import { PaymentList } from '@/components/payments/payment-list'
import { Page } from '@/components/shell/page'
import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { listDebts } from '@/lib/core/refunds/list-debts'
import { listPayments } from '@/lib/core/refunds/list-payments'
import { requireStaffAccount } from '@/lib/http/require-staff'

export const metadata: Metadata = { title: 'Payments' }

/** What the address says of another page is left aside. */
const query = z.object({
  before: z
    .string()
    .regex(/^[1-9]\d{0,17}$/)
    .transform(BigInt)
    .nullable()
    .catch(null),
})

type Props = Readonly<{
  params: Promise<{ accountId: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}>

export default async function PaymentsPage({ params, searchParams }: Props) {
  const { ctx, account } = await requireStaffAccount(params)
  const { before } = query.parse(await searchParams)
  const [{ payments, nextBefore }, debts] = await Promise.all([
    listPayments(ctx, { accountId: account.id, before }),
    listDebts(ctx, { accountId: account.id }),
  ])
  const path = `/admin/accounts/${String(account.id)}/payments`
  return (
    <Page title="Payments" lead="What was paid by card for credit, and what has taken it back.">
      <div className="flex flex-col gap-5">
        {debts.length > 0 && (
          <Card id="debts" title="Owed for payments that were taken back">
            <DebtList labelledBy="debts" path={path} debts={debts} />
          </Card>
        )}
        <Card id="payments" title={before === null ? 'Newest' : 'Older'}>
          <PaymentList labelledBy="payments" path={path} payments={payments} />
          {nextBefore !== null && (
            <div className="border-t border-line px-5 py-3">
              <PageLink
                href={`${path}?before=${String(nextBefore)}`}
                className={buttonClass('secondary', 'small')}
              >
                Older
              </PageLink>
            </div>
          )}
        </Card>
      </div>
    </Page>
  )
}
