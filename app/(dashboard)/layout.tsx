import type { ReactNode } from 'react'
import { signOut } from '@/app/(auth)/actions'
import { TopBar } from '@/components/shell/top-bar'
import { requireUser } from '@/lib/http/require-user'

export default async function DashboardLayout({ children }: Readonly<{ children: ReactNode }>) {
  const { accountName, person } = await requireUser()
  return (
    <>
      <TopBar accountName={accountName} email={person.email} signOut={signOut} />
      {children}
    </>
  )
}
