import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { signOut } from '@/app/(auth)/actions'
import { ConsoleBar } from '@/components/console/console-bar'
import { requireStaffUser } from '@/lib/http/require-staff'

export const metadata: Metadata = { title: { default: 'Console', template: '%s · Talktime console' } }

export default async function ConsoleLayout({ children }: Readonly<{ children: ReactNode }>) {
  const { person } = await requireStaffUser()
  return (
    <>
      <ConsoleBar email={person.email} signOut={signOut} />
      {children}
    </>
  )
}
