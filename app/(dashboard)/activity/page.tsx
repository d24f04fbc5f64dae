import type { Metadata } from 'next'
import { activityAddress, readActivityView, type ActivityView } from '@/components/activity/activity-address'
import { ActivityList } from '@/components/activity/activity-list'
import { ExportActivity } from '@/components/activity/export-activity'
import { MatchedLine } from '@/components/reconciliation/matched-line'
import { ACTIVITY_FILTER_WORDS } from '@/components/activity/filter-words'
import { Page } from '@/components/shell/page'
import { Card } from '@/components/ui/card'
import { ChoiceLinks } from '@/components/ui/choice-links'
import { UsageCard } from '@/components/usage-chart/usage-card'
import { listActivity } from '@/lib/core/activity/list-activity'
import { getMatched, type Matched } from '@/lib/core/reconciliation/get-matched'
import { getUsageByDay } from '@/lib/core/usage/get-usage-by-day'
import { requireUser } from '@/lib/http/require-user'
import type { Instant } from '@/lib/kit/clock'
import { readActivity } from './actions'
import { ACTIVITY_ROWS } from './activity-rows'

export const metadata: Metadata = { title: 'Activity' }

type Props = Readonly<{ searchParams: Promise<Record<string, string | string[] | undefined>> }>

/** Our own database knows all of it: the chart and the first rows come with the page. */
export default async function ActivityPage({ searchParams }: Props) {
  const { ctx } = await requireUser()
  const view = readActivityView(await searchParams)
  const [first, days, matched] = await Promise.all([
    listActivity(ctx, { filter: view.filter, limit: ACTIVITY_ROWS, cursor: null }),
    getUsageByDay(ctx, lastDays(ctx.now(), view.days)),
    getMatched(ctx),
  ])
  // What staff may look at is not theirs to take away.
  const mayExport = ctx.actor.kind === 'user'
  return (
    <Page
      title="Activity"
      lead={
        <>
          Everything that was used, paid and credited, and what it did to the balance.
          <PaymentsMatched matched={matched} />
        </>
      }
    >
      <div className="flex flex-col gap-5">
        <UsageCard days={days} view={view} />
        <Card id="activity" title="Everything" aside={mayExport && <ExportActivity filter={view.filter} />}>
          <div className="border-b border-line px-5 py-2.5">
            <ChoiceLinks label="What is listed" choices={choices(view)} />
          </div>
          <ActivityList key={view.filter} first={first} filter={view.filter} read={readActivity} />
        </Card>
      </div>
    </Page>
  )
}

/** Nothing until the first comparison: there is nothing to say of it. */
function PaymentsMatched({ matched: { until, differences } }: Readonly<{ matched: Matched }>) {
  if (until === null) return null
  return (
    <span className="block text-[0.8125rem]">
      <MatchedLine until={until.toISOString()} differences={differences} whose="yours" />
    </span>
  )
}

function choices(view: ActivityView) {
  return ACTIVITY_FILTER_WORDS.map(([filter, text]) => ({
    href: activityAddress({ ...view, filter }),
    text,
    chosen: filter === view.filter,
  }))
}

const DAY_MS = 86_400_000

/** So many days in UTC, today the last. */
function lastDays(now: Instant, count: number): Readonly<{ from: string; to: string }> {
  const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  return { from: dayOf(now.getTime() - (count - 1) * DAY_MS), to: dayOf(now.getTime()) }
}
