/** A browser as far as HTTP goes: it keeps cookies, follows nothing, and says where its requests come from. */
export type BrowserSession = Readonly<{
  /** The Cookie header it sends. */
  cookies(): string
  /** Every Set-Cookie it was sent, newest last. */
  received(): readonly string[]
  request(path: string, init?: RequestInit): Promise<Response>
  signIn(form: Readonly<{ email: string; password: string }>, callbackUrl?: string): Promise<Response>
}>

/** A browser on the app's own pages: its unsafe requests are same-origin ones. */
export function openBrowserSession(
  appUrl: string,
  initial: Readonly<Record<string, string>> = {},
): BrowserSession {
  const jar = new Map(Object.entries(initial))
  const received: string[] = []
  const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const request = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    if (!headers.has('cookie')) headers.set('cookie', cookies())
    if (!headers.has('sec-fetch-site')) headers.set('sec-fetch-site', 'same-origin')
    const response = await fetch(new URL(path, appUrl), { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      received.push(line)
      keep(jar, line)
    }
    return response
  }
  const signIn: BrowserSession['signIn'] = async (form, callbackUrl = '/billing') => {
    const answer: unknown = await (await request('/api/auth/csrf')).json()
    const csrfToken =
      typeof answer === 'object' && answer !== null && 'csrfToken' in answer ? answer.csrfToken : ''
    const body = new URLSearchParams({ ...form, callbackUrl, csrfToken: String(csrfToken) })
    return request('/api/auth/callback/credentials', { method: 'POST', body })
  }
  return { cookies, received: () => received, request, signIn }
}

function keep(jar: Map<string, string>, line: string): void {
  const pair = line.split(';', 1)[0] ?? ''
  const name = pair.slice(0, pair.indexOf('='))
  const value = pair.slice(pair.indexOf('=') + 1)
  const ended = /expires=Thu, 01 Jan 1970|max-age=0/i.test(line)
  if (value === '' || ended) jar.delete(name)
  else jar.set(name, value)
}
