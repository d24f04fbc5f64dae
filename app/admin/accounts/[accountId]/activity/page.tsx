import type { Metadata } from 'next'
import { ACTIVITY_ROWS } from '@/app/(dashboard)/activity/activity-rows'
import { readActivityView } from '@/components/activity/activity-address'
import { ActivityList } from '@/components/activity/activity-list'
import { ACTIVITY_FILTER_WORDS } from '@/components/activity/filter-words'
import { Page } from '@/components/shell/page'
import { Card } from '@/components/ui/card'
import { ChoiceLinks } from '@/components/ui/choice-links'
import { listActivity } from '@/lib/core/activity/list-activity'
import { readerOf, requireStaffAccount } from '@/lib/http/require-staff'
import { readActivityOf } from './actions'

export const metadata: Metadata = { title: 'Activity' }

type Props = Readonly<{
  params: Promise<{ accountId: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}>

export default async function AccountActivityPage({ params, searchParams }: Props) {
  const { ctx, account } = await requireStaffAccount(params)
  const { filter } = readActivityView(await searchParams)
  const accountId = String(account.id)
  const reader = await readerOf(ctx, account.id)
  const first = await listActivity(reader, { filter, limit: ACTIVITY_ROWS, cursor: null })
  return (
    <Page title="Activity" lead="Everything that was used, paid and credited, as its people see it.">
      <Card id="activity" title="Everything">
        <div className="border-b border-line px-5 py-2.5">
          <ChoiceLinks
            label="What is listed"
            choices={ACTIVITY_FILTER_WORDS.map(([choice, text]) => ({
              href: `/admin/accounts/${accountId}/activity${choice === 'all' ? '' : `?filter=${choice}`}`,
              text,
              chosen: choice === filter,
            }))}
          />
        </div>
        <ActivityList
          key={filter}
          first={first}
          filter={filter}
          read={readActivityOf.bind(null, accountId)}
          invoicesPath={`/admin/accounts/${accountId}/invoices`}
        />
      </Card>
    </Page>
  )
}
