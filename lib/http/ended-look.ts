import { headers as requestHeaders } from 'next/headers'
import { hashSessionToken } from '@/lib/auth/credential'
import { sessionCookie } from '@/lib/auth/session-cookie'
import { findEndedLook, type EndedLook } from '@/lib/core/impersonation/find-ended-look'
import { container, contextFor } from '@/lib/server/container'

/**
 * The look that the browser's session stood for and that is over: its person must go back first, and is nobody until
 * then. Null for everyone else. For pages that are shown to nobody. @throws BillingError `database_unavailable`
 */
export async function endedLook(): Promise<EndedLook | null> {
  const cookie = (await requestHeaders()).get('cookie')
  const token = sessionCookie(container().env.APP_URL).read(cookie)
  if (token === undefined) return null
  return findEndedLook(await contextFor({ kind: 'system', name: 'ended-look' }), hashSessionToken(token))
}
