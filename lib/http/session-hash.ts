import { headers as requestHeaders } from 'next/headers'
import { hashSessionToken } from '@/lib/auth/credential'
import { sessionCookie } from '@/lib/auth/session-cookie'
import { container } from '@/lib/server/container'

/** By what the request's session is known to the database: for deeds about the session itself. */
export async function currentSessionHash(): Promise<Buffer> {
  const cookie = (await requestHeaders()).get('cookie')
  return hashSessionToken(sessionCookie(container().env.APP_URL).read(cookie) ?? '')
}
