import { randomBytes } from 'node:crypto'
import { NextResponse, type NextRequest } from 'next/server'
import { env } from '@/lib/env'
import { PATH_HEADER, securityHeaders } from '@/lib/http/security-headers'

/**
 * Headers for pages, nothing else: it never decides who may see what. A way around a proxy has been found in Next
 * often enough; each page, action and route asks for itself.
 */
export function proxy(request: NextRequest): NextResponse {
  const { APP_URL, STRIPE_JS_URL, development } = env()
  const nonce = randomBytes(18).toString('base64')
  const sent = securityHeaders({ nonce, appUrl: APP_URL, stripeJsUrl: STRIPE_JS_URL, development })
  const headers = new Headers(request.headers)
  // Next reads the nonce for its own scripts from the request's policy.
  headers.set('content-security-policy', sent['content-security-policy'] ?? '')
  headers.set('x-nonce', nonce)
  headers.set(PATH_HEADER, request.nextUrl.pathname + request.nextUrl.search)
  const response = NextResponse.next({ request: { headers } })
  for (const [name, value] of Object.entries(sent)) response.headers.set(name, value)
  return response
}

/** Not the API, which answers no pages, and not files that are the same for everyone. */
export const config = {
  matcher: ['/((?!api/|v1/|v1$|user/|user$|_next/static/|_next/image|favicon.ico|icon.svg|robots.txt).*)'],
}
