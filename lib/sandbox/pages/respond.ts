import type { Html } from './html'

type PageOptions = Readonly<{
  status?: number
  /** Origins whose pages may frame this one; empty means none may. */
  frameAncestors?: readonly string[]
}>

/** A page: never stored, never framed unless said so, with nothing on it from another origin. */
export function respondWithPage(
  page: Html,
  { status = 200, frameAncestors = [] }: PageOptions = {},
): Response {
  return new Response(page.toString(), {
    status,
    headers: {
      ...PRIVATE_HEADERS,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy(frameAncestors),
    },
  })
}

/** An answer to the page's own script. */
export function respondWithJson(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: PRIVATE_HEADERS })
}

/** A downloadable document shown in the browser's own viewer, named `fileName` when saved. */
export function respondWithPdf(bytes: Uint8Array<ArrayBuffer>, fileName: string): Response {
  return new Response(bytes, {
    headers: {
      ...PRIVATE_HEADERS,
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="${fileName.replace(/[^\w.-]/g, '-')}"`,
    },
  })
}

export function respondNotAllowed(allow: string): Response {
  return new Response('Method not allowed\n', { status: 405, headers: { ...PRIVATE_HEADERS, allow } })
}

/** The addresses of these pages are secrets, so no other origin learns them from a Referer header. */
const PRIVATE_HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
} as const

function contentSecurityPolicy(frameAncestors: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ')}`,
  ].join('; ')
}
