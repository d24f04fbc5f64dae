import type { Metadata } from 'next'
import { AdjustmentList } from '@/components/adjustments/adjustment-list'
import { Page } from '@/components/shell/page'
import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { listAdjustments } from '@/lib/core/adjustments/list-adjustments'
import { requireStaffAccount } from '@/lib/http/require-staff'

export const metadata: Metadata = { title: 'Adjustments' }

type Props = Readonly<{ params: Promise<{ accountId: string }> }>

export default async function AdjustmentsPage({ params }: Props) {
  const { ctx, account } = await requireStaffAccount(params)
  const adjustments = await listAdjustments(ctx, { accountId: account.id })
  const path = `/admin/accounts/${String(account.id)}/adjustments`
  return (
    <Page
      title="Adjustments"
      lead="Credit that staff granted, and postings that they undid."
      action={
        <div className="flex flex-wrap gap-2">
          <PageLink href={`${path}/undo`} className={buttonClass('secondary')}>
            Undo a posting
          </PageLink>
          <PageLink href={`${path}/grant`} className={buttonClass('primary')}>
            Grant credit
          </PageLink>
        </div>
      }
    >
      <Card id="adjustments" title="By hand">
        <AdjustmentList
          labelledBy="adjustments"
          adjustments={adjustments}
          none={{ title: 'Nothing by hand', text: 'Everything in these books came from the product itself.' }}
        />
      </Card>
    </Page>
  )
}
