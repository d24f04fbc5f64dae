import { ChartColumn } from 'lucide-react'
import { activityAddress, CHART_PERIODS, type ActivityView } from '@/components/activity/activity-address'
import { Amount } from '@/components/money/amount'
import { Card } from '@/components/ui/card'
import { ChoiceLinks } from '@/components/ui/choice-links'
import { Empty } from '@/components/ui/empty'
import type { UsageDay } from '@/lib/core/usage/get-usage-by-day'
import { KIND_WORDS } from './kind-words'
import { CHART_KINDS, layOutUsage, type UsageLayout } from './lay-out-usage'
import { UsageChart } from './usage-chart'
import { UsageTable } from './usage-table'

/** In pixels, as the chart's classes have it too. */
const HEIGHT = 176

/** What was used on each day and of which kind, drawn on the server: nothing moves, and no library is sent along. */
export function UsageCard({ days, view }: Readonly<{ days: readonly UsageDay[]; view: ActivityView }>) {
  const layout = layOutUsage(days, HEIGHT)
  return (
    <Card
      id="usage"
      title="Usage by day"
      aside={
        <ChoiceLinks
          label="Period of the chart"
          choices={CHART_PERIODS.map((period) => ({
            href: activityAddress({ ...view, days: period }),
            text: `${period} days`,
            chosen: period === view.days,
          }))}
        />
      }
    >
      <div className="flex min-h-85 flex-col sm:min-h-78">
        {layout.total.events === 0 ? (
          <Empty icon={ChartColumn} title={`No usage in the last ${view.days} days`}>
            Calls, messages and the rent of numbers are added up here by day.
          </Empty>
        ) : (
          <>
            <KindTotals layout={layout} />
            <UsageChart layout={layout} height={HEIGHT} />
            <UsageTable layout={layout} />
          </>
        )}
      </div>
    </Card>
  )
}

/** Which look is which kind, with what each came to. */
function KindTotals({ layout: { total, kinds } }: Readonly<{ layout: UsageLayout }>) {
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-2 px-5 pt-4 sm:flex sm:flex-wrap sm:gap-x-8">
      {CHART_KINDS.filter((kind) => kinds[kind].events > 0).map((kind) => (
        <div key={kind}>
          <dt className="flex items-center gap-2 text-[0.8125rem] text-ink-soft">
            <span aria-hidden className={`size-2.5 rounded-xs ${KIND_WORDS[kind].swatch}`} />
            {KIND_WORDS[kind].name}
          </dt>
          <dd className="font-medium">
            <Amount money={kinds[kind].worth} />
          </dd>
        </div>
      ))}
      {total.covered.micros > 0n && (
        <div className="sm:ml-auto sm:text-right">
          <dt className="text-[0.8125rem] text-ink-soft">Of it covered by the subscription</dt>
          <dd className="font-medium">
            <Amount money={total.covered} />
          </dd>
        </div>
      )}
    </dl>
  )
}
