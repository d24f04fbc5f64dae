import type { ReactNode } from 'react'
import { Amount } from '@/components/money/amount'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import type { AutoTopUpView } from './views'
import { WorstCaseCard } from './worst-case-card'

/** What is set, for who may only look. */
export function SettingsList({ view }: Readonly<{ view: AutoTopUpView }>) {
  const { enabled, threshold, amount, monthlyCap, scheduledEnabled, scheduledAmount, dayOfMonth } = view
  return (
    <div className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <Card
        id="settings"
        title="Settings"
        aside={enabled ? <Badge tone="accent">On</Badge> : <Badge>Off</Badge>}
      >
        <dl className="grid gap-x-8 gap-y-5 p-5 sm:grid-cols-2">
          <Fact label="When the balance falls below">
            {threshold === null ? 'Not set' : <Amount money={threshold} />}
          </Fact>
          <Fact label="Add">{amount === null ? 'Not set' : <Amount money={amount} />}</Fact>
          <Fact label="Monthly limit">{monthlyCap === null ? 'None' : <Amount money={monthlyCap} />}</Fact>
          <Fact label="Every month">
            {scheduledEnabled && scheduledAmount !== null ? (
              <>
                <Amount money={scheduledAmount} /> on day {dayOfMonth}
              </>
            ) : (
              'Nothing'
            )}
          </Fact>
        </dl>
        <p className="border-t border-line px-5 py-3 text-[0.8125rem] text-ink-soft">
          You may look at this. Who may pay for the account can change it.
        </p>
      </Card>
      <WorstCaseCard terms={view} now={view.now} />
    </div>
  )
}

function Fact({ label, children }: Readonly<{ label: string; children: ReactNode }>) {
  return (
    <div className="min-w-0">
      <dt className="text-[0.8125rem] text-ink-soft">{label}</dt>
      <dd className="mt-0.5 font-medium tabular-nums">{children}</dd>
    </div>
  )
}
