import type { Metadata } from 'next'
import { AlertRows } from '@/components/console/alert-rows'
import { MailTable } from '@/components/console/mail-table'
import { OlderLink } from '@/components/console/older-link'
import { Page } from '@/components/shell/page'
import { Card } from '@/components/ui/card'
import { getAlertState } from '@/lib/core/console/get-alert-state'
import { listMails } from '@/lib/core/console/list-mails'
import { requireStaffAccount } from '@/lib/http/require-staff'
import { readBefore } from '../../../read-before'

export const metadata: Metadata = { title: 'Alerts and mails' }

type Props = Readonly<{
  params: Promise<{ accountId: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}>

export default async function MailsPage({ params, searchParams }: Props) {
  const { ctx, account } = await requireStaffAccount(params)
  const { before } = await searchParams
  const [alerts, { items: mails, nextBefore }] = await Promise.all([
    getAlertState(ctx, account.id),
    listMails(ctx, { accountId: account.id, before: readBefore(before) }),
  ])
  const path = `/admin/accounts/${String(account.id)}/mails`
  return (
    <Page title="Alerts and mails" lead="What its people are told of, and whether it has reached them.">
      <div className="flex flex-col gap-5">
        <Card id="alerts" title="Alerts">
          <AlertRows labelledBy="alerts" alerts={alerts} />
        </Card>
        <Card id="mails" title="Mails">
          <MailTable labelledBy="mails" mails={mails} />
          <OlderLink
            what="mails"
            href={nextBefore === null ? null : `${path}?before=${String(nextBefore)}`}
          />
        </Card>
      </div>
    </Page>
  )
}
