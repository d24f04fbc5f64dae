import type { Metadata } from 'next'
import { LastProof } from '@/components/books/last-proof'
import { Standing } from '@/components/console/standing'
import { HealthCard } from '@/components/inbox/health-card'
import { MatchedLine } from '@/components/reconciliation/matched-line'
import { Page } from '@/components/shell/page'
import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button'
import { getBooks } from '@/lib/core/invariants/get-books'
import { getReconciliation } from '@/lib/core/reconciliation/get-reconciliation'
import { requireStaffUser } from '@/lib/http/require-staff'
import { getInboxHealth } from '@/lib/webhooks/inbox/get-inbox-health'

export const metadata: Metadata = { title: 'How things stand' }

/** Whether money arrives, agrees with Stripe, and is booked rightly. */
export default async function ConsolePage() {
  const { ctx } = await requireStaffUser()
  const [health, { matchedUntil, differences }, books] = await Promise.all([
    getInboxHealth(ctx),
    getReconciliation(ctx),
    getBooks(ctx),
  ])
  return (
    <Page
      title="How things stand"
      action={
        <PageLink href="/admin/accounts" className={buttonClass('primary')}>
          Find an account
        </PageLink>
      }
    >
      <div className="flex flex-col gap-5">
        <HealthCard
          health={health}
          action={
            <PageLink href="/admin/events" className={buttonClass('secondary', 'small')}>
              Open<span className="sr-only"> events</span>
            </PageLink>
          }
        />
        <Standing id="standing-reconciliation" title="Reconciliation" href="/admin/reconciliation">
          <MatchedLine
            until={matchedUntil?.toISOString() ?? null}
            differences={differences.length}
            whose="all"
          />
        </Standing>
        <Standing id="standing-books" title="Books" href="/admin/books">
          <LastProof proved={books.proved} />
        </Standing>
      </div>
    </Page>
  )
}
