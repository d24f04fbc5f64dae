import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Suspense } from 'react'
import { AutoTopUpNotice } from '@/components/auto-top-up/auto-top-up-notice'
import { HistoryList } from '@/components/auto-top-up/history-list'
import { AUTO_TOP_UP_LEAD } from '@/components/auto-top-up/lead'
import { SettingsList } from '@/components/auto-top-up/settings-list'
import type { AutoTopUpView } from '@/components/auto-top-up/views'
import { Page } from '@/components/shell/page'
import { Card } from '@/components/ui/card'
import { CardSkeleton } from '@/components/ui/card-skeleton'
import { PageNumbers } from '@/components/ui/page-numbers'
import type { AutoTopUp } from '@/lib/core/auto-top-ups/auto-top-up'
import { getAutoTopUp } from '@/lib/core/auto-top-ups/get-auto-top-up'
import { listAutoTopUpHistory } from '@/lib/core/auto-top-ups/list-auto-top-up-history'
import { requireUser } from '@/lib/http/require-user'
import type { Instant } from '@/lib/kit/clock'
import { LiveForm } from './live-form'

export const metadata: Metadata = { title: 'Automatic top-up' }

const PATH = '/settings/auto-top-up'
const PER_PAGE = 20

type Props = Readonly<{ searchParams: Promise<Record<string, string | string[] | undefined>> }>

/** `page` in the address is the history's. */
export default async function AutoTopUpPage({ searchParams }: Props) {
  const { ctx } = await requireUser()
  const page = pageOf((await searchParams)['page'])
  if (page === null) notFound()
  const [settings, { events, total }] = await Promise.all([
    getAutoTopUp(ctx),
    listAutoTopUpHistory(ctx, { page, perPage: PER_PAGE }),
  ])
  const view = viewOf(settings, ctx.now())
  const mayWrite = ctx.actor.kind === 'user' && ctx.actor.scopes.includes('billing:write')
  return (
    <Page title="Automatic top-up" lead={AUTO_TOP_UP_LEAD}>
      <AutoTopUpNotice {...settings} />
      {mayWrite ? (
        <Suspense fallback={<CardSkeleton rows={6} />}>
          <LiveForm ctx={ctx} view={view} />
        </Suspense>
      ) : (
        <SettingsList view={view} />
      )}
      <Card id="history" title="What it charged" className="mt-5">
        <HistoryList events={events} />
        <PageNumbers
          label="Pages of the history"
          path={PATH}
          page={page}
          last={Math.ceil(total / PER_PAGE)}
        />
      </Card>
    </Page>
  )
}

/** The number of a page; null for what is none, which is an address of nothing. */
function pageOf(text: string | string[] | undefined): number | null {
  if (text === undefined) return 1
  return typeof text === 'string' && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : null
}

/** What the form needs: nothing else goes to the browser. */
function viewOf(settings: AutoTopUp, now: Instant): AutoTopUpView {
  const { enabled, threshold, amount, scheduledEnabled, scheduledAmount, dayOfMonth, quantity } = settings
  const { paymentMethodId, monthlyCap, nextScheduledOn, dailyLimit, today, month } = settings
  return {
    enabled,
    threshold,
    amount,
    scheduledEnabled,
    scheduledAmount,
    dayOfMonth,
    quantity,
    paymentMethodId,
    monthlyCap,
    nextScheduledOn,
    dailyLimit,
    today,
    month,
    now: now.toISOString(),
  }
}
