import { cookies } from 'next/headers'
import { hashSessionToken, newSessionToken } from '@/lib/auth/credential'
import { sessionCookie } from '@/lib/auth/session-cookie'
import { container } from '@/lib/server/container'
import { currentSessionHash } from './session-hash'

type Hashes = Readonly<{ sessionHash: Buffer; nextSessionHash: Buffer }>

/**
 * Lets a deed move the browser's session to another token, and gives that to the browser: what it may do changes, so
 * whoever knew the old one is left out. The deed tells when the session ends; null: it moved nothing. For actions.
 */
export async function rotateSession<Moved extends Readonly<{ expires: Date }> | null>(
  deed: (hashes: Hashes) => Promise<Moved>,
): Promise<Moved> {
  const token = newSessionToken()
  const nextSessionHash = hashSessionToken(token)
  const moved = await deed({ sessionHash: await currentSessionHash(), nextSessionHash })
  if (moved === null) return moved
  const { name, options } = sessionCookie(container().env.APP_URL)
  const jar = await cookies()
  jar.set(name, token, { ...options, expires: moved.expires })
  return moved
}
