import type { Metadata } from 'next'
import { startLooking } from '@/app/admin/impersonation/actions'
import { LookList } from '@/components/impersonation/look-list'
import { OlderLooks, readBefore } from '@/components/impersonation/older-looks'
import { StartImpersonation } from '@/components/impersonation/start-impersonation'
import { Page } from '@/components/shell/page'
import { Card } from '@/components/ui/card'
import { listLooksInto } from '@/lib/core/impersonation/list-looks'
import { requireStaffAccount } from '@/lib/http/require-staff'

export const metadata: Metadata = { title: 'Access' }

type Props = Readonly<{
  params: Promise<{ accountId: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}>

export default async function AccountAccessPage({ params, searchParams }: Props) {
  const { ctx, account } = await requireStaffAccount(params)
  const before = readBefore((await searchParams)['before'])
  const { admitsStaff, looks, next } = await listLooksInto(ctx, { accountId: account.id, before })
  return (
    <Page
      title="Access"
      lead="See what its members see, read-only. They can see who looked, when, why and at what."
    >
      <div className="flex flex-col gap-5">
        <Card id="look" title="Look into this account">
          {admitsStaff ? (
            <StartImpersonation accountId={String(account.id)} start={startLooking} />
          ) : (
            <p className="p-5 text-ink-soft">The owner of this account lets nobody of the staff in.</p>
          )}
        </Card>
        <Card id="looks" title="Who looked in">
          <LookList labelledBy="looks" looks={looks} />
          <OlderLooks path={`/admin/accounts/${String(account.id)}/access`} next={next} />
        </Card>
      </div>
    </Page>
  )
}
