import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { stopLooking } from '@/app/admin/impersonation/actions'
import { EndedLook } from '@/components/impersonation/ended-look'
import { endedLook } from '@/lib/http/ended-look'

export const metadata: Metadata = { title: 'Impersonation is over' }

/** Where a session goes whose look is over: it shows nothing before its person goes back to what is theirs. */
export default async function ImpersonationPage() {
  const look = await endedLook()
  if (look === null) redirect('/')
  return <EndedLook {...look} goBack={stopLooking} />
}
