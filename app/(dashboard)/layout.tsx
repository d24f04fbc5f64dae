import type { ReactNode } from 'react'
import { signOut } from '@/app/(auth)/actions'
import { FollowSwitch } from '@/components/shell/follow-switch'
import { TopBar } from '@/components/shell/top-bar'
import { getOrganisation } from '@/lib/core/organisations/get-organisation'
import { listOrganisations } from '@/lib/core/organisations/list-organisations'
import { requireUser } from '@/lib/http/require-user'
import { switchTo } from './settings/organisation/actions'

export default async function DashboardLayout({ children }: Readonly<{ children: ReactNode }>) {
  const { ctx, accountName, person, impersonation } = await requireUser()
  const isVisit = impersonation !== null
  // Staff who look into an account have left theirs: neither their organisations nor the console are at hand.
  const organisations = isVisit ? [] : await listOrganisations(ctx)
  const current = isVisit ? await getOrganisation(ctx) : organisations.find(({ isCurrent }) => isCurrent)
  return (
    <>
      <TopBar
        {...{ accountName, organisations, switchTo, signOut }}
        email={person.email}
        isStaff={person.isStaff && !isVisit}
      />
      {current !== undefined && <FollowSwitch slug={current.slug} />}
      {children}
    </>
  )
}
