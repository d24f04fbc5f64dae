/** How long a sign-in lasts at most, in seconds. Unused for seven days it ends sooner (`identify_session`). */
export const SESSION_SECONDS = 30 * 24 * 60 * 60

type SessionCookie = Readonly<{
  name: string
  secure: boolean
  /** How it is set. */
  options: Readonly<{ httpOnly: true; sameSite: 'lax'; path: '/'; secure: boolean }>
  /** The token in a Cookie header, or undefined. */
  read(header: string | null): string | undefined
}>

/**
 * The cookie that carries the session. Over https its `__Host-` prefix makes browsers refuse one set by a subdomain
 * or without Secure; over http (a developer's machine) browsers would refuse the prefix.
 */
export function sessionCookie(appUrl: string): SessionCookie {
  const secure = new URL(appUrl).protocol === 'https:'
  const name = secure ? '__Host-talktime.session' : 'talktime.session'
  const options = { httpOnly: true, sameSite: 'lax', path: '/', secure } as const
  return { name, secure, options, read: (header) => readCookie(header, name) }
}

function readCookie(header: string | null, name: string): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}
