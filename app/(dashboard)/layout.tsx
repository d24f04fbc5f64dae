import type { ReactNode } from 'react'
import { signOut } from '@/app/(auth)/actions'
import { FollowSwitch } from '@/components/shell/follow-switch'
import { TopBar } from '@/components/shell/top-bar'
import { listOrganisations } from '@/lib/core/organisations/list-organisations'
import { requireUser } from '@/lib/http/require-user'
import { switchTo } from './settings/organisation/actions'

export default async function DashboardLayout({ children }: Readonly<{ children: ReactNode }>) {
  const { ctx, accountName, person } = await requireUser()
  const organisations = await listOrganisations(ctx)
  const current = organisations.find(({ isCurrent }) => isCurrent)
  return (
    <>
      <TopBar
        {...{ accountName, organisations, switchTo, signOut }}
        email={person.email}
        isStaff={person.isStaff}
      />
      {current !== undefined && <FollowSwitch slug={current.slug} />}
      {children}
    </>
  )
}
