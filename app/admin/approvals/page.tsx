import type { Metadata } from 'next'
import { AdjustmentList } from '@/components/adjustments/adjustment-list'
import { Page } from '@/components/shell/page'
import { Card } from '@/components/ui/card'
import { listAdjustments } from '@/lib/core/adjustments/list-adjustments'
import { requireStaffUser } from '@/lib/http/require-staff'

export const metadata: Metadata = { title: 'Approvals' }

export default async function ApprovalsPage() {
  const { ctx } = await requireStaffUser()
  const [waiting, decided] = await Promise.all([
    listAdjustments(ctx, 'waiting'),
    listAdjustments(ctx, 'decided'),
  ])
  return (
    <Page
      title="Approvals"
      lead="What moves more money by hand than one person may. A second one decides within seven days."
    >
      <div className="flex flex-col gap-5">
        <Card
          id="waiting"
          title="Waiting"
          aside={waiting.length > 0 && <span className="text-ink-soft tabular-nums">{waiting.length}</span>}
        >
          <AdjustmentList
            labelledBy="waiting"
            adjustments={waiting}
            withAccount
            none={{ title: 'Nothing waits', text: 'What someone asks for above the limit is listed here.' }}
          />
        </Card>
        {decided.length > 0 && (
          <Card id="decided" title="Decided">
            <AdjustmentList
              labelledBy="decided"
              adjustments={decided}
              withAccount
              none={{ title: 'Nothing was decided', text: 'What was decided is listed here.' }}
            />
          </Card>
        )}
      </div>
    </Page>
  )
}
