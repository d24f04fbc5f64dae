import type { Metadata } from 'next'
import { Scale } from 'lucide-react'
import { AskForm } from '@/components/reconciliation/ask-form'
import { ComparisonTable } from '@/components/reconciliation/comparison-table'
import { OpenDifferences, ResolvedDifferences } from '@/components/reconciliation/difference-table'
import { MatchedLine } from '@/components/reconciliation/matched-line'
import { Page } from '@/components/shell/page'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { Empty } from '@/components/ui/empty'
import { getReconciliation } from '@/lib/core/reconciliation/get-reconciliation'
import { requireStaffUser } from '@/lib/http/require-staff'
import { accept, ask } from './actions'

export const metadata: Metadata = { title: 'Reconciliation' }

export default async function ReconciliationPage() {
  const { ctx } = await requireStaffUser()
  const { matchedUntil, differences, notOurs, resolved, comparisons } = await getReconciliation(ctx)
  const until = matchedUntil?.toISOString() ?? null
  return (
    <Page
      title="Reconciliation"
      lead={<MatchedLine until={until} differences={differences.length} whose="all" />}
    >
      <div className="flex flex-col gap-5">
        <Card
          id="differences"
          title="Differences"
          aside={differences.length > 0 && <Badge tone="danger">{differences.length}</Badge>}
        >
          {differences.length === 0 ? (
            <Empty icon={Scale} title="The books and Stripe agree">
              What differs and cannot be put right by itself is listed here.
            </Empty>
          ) : (
            <OpenDifferences labelledBy="differences" differences={differences} accept={accept} />
          )}
        </Card>
        {notOurs.length > 0 && (
          <Card id="not-ours" title="Money at Stripe that nothing of ours asked for">
            <OpenDifferences labelledBy="not-ours" differences={notOurs} accept={accept} />
          </Card>
        )}
        <Card id="comparisons" title="Comparisons">
          <AskForm ask={ask} />
          {comparisons.length > 0 && (
            <div className="border-t border-line">
              <ComparisonTable labelledBy="comparisons" comparisons={comparisons} />
            </div>
          )}
        </Card>
        {resolved.length > 0 && (
          <Card id="resolved" title="Closed differences">
            <ResolvedDifferences labelledBy="resolved" differences={resolved} />
          </Card>
        )}
      </div>
    </Page>
  )
}
