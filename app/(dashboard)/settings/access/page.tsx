import type { Metadata } from 'next'
import { AdmitStaff } from '@/components/impersonation/admit-staff'
import { LookList } from '@/components/impersonation/look-list'
import { OlderLooks, readBefore } from '@/components/impersonation/older-looks'
import { Page } from '@/components/shell/page'
import { Card } from '@/components/ui/card'
import { hasScope } from '@/lib/core/actor'
import { listLooks } from '@/lib/core/impersonation/list-looks'
import { requireUser } from '@/lib/http/require-user'
import { admit } from './actions'

export const metadata: Metadata = { title: 'Staff access' }

type Props = Readonly<{ searchParams: Promise<Record<string, string | string[] | undefined>> }>

export default async function AccessPage({ searchParams }: Props) {
  const { ctx } = await requireUser()
  const { admitsStaff, looks, next } = await listLooks(ctx, readBefore((await searchParams)['before']))
  return (
    <Page
      title="Staff access"
      lead="Whether our staff may look into this account, and everything they looked at."
    >
      <div className="flex flex-col gap-5">
        <Card id="staff" title="Let staff in">
          <AdmitStaff admitsStaff={admitsStaff} admit={hasScope(ctx.actor, 'members:write') ? admit : null} />
        </Card>
        <Card id="looks" title="Who looked in">
          <LookList labelledBy="looks" looks={looks} />
          <OlderLooks path="/settings/access" next={next} />
        </Card>
      </div>
    </Page>
  )
}
