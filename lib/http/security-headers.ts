/** Set by the proxy on every page request: the path and query asked for. */
export const PATH_HEADER = 'x-talktime-path'

/** The path and query of the page that is asked for, or whose form is sent. */
export function pagePath(headers: Headers): string {
  return headers.get(PATH_HEADER) ?? '/'
}

type Site = Readonly<{
  nonce: string
  appUrl: string
  /** Where Stripe's script is loaded from instead of Stripe, or undefined. */
  stripeJsUrl: string | undefined
  /** React's development build compiles source maps with `eval`. */
  development: boolean
}>

/** What every page is sent with. Frames and scripts may come from Stripe and from nowhere else. */
export function securityHeaders(site: Site): Readonly<Record<string, string>> {
  const https = new URL(site.appUrl).protocol === 'https:'
  return {
    'content-security-policy': contentSecurityPolicy(site),
    'referrer-policy': 'strict-origin-when-cross-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin-allow-popups',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    ...(https ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' } : {}),
  }
}

function contentSecurityPolicy({ nonce, stripeJsUrl, development }: Site): string {
  const local = stripeJsUrl === undefined ? [] : [new URL(stripeJsUrl).origin]
  const script = ['https://js.stripe.com', 'https://*.js.stripe.com', ...local]
  const directives: Readonly<Record<string, readonly string[]>> = {
    'default-src': ["'self'"],
    'script-src': [
      "'self'",
      `'nonce-${nonce}'`,
      "'strict-dynamic'",
      ...script,
      ...(development ? ["'unsafe-eval'"] : []),
    ],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'https://*.stripe.com'],
    'connect-src': ["'self'", 'https://api.stripe.com', 'https://checkout.stripe.com', ...local],
    'frame-src': [...script, 'https://checkout.stripe.com', 'https://hooks.stripe.com'],
    'frame-ancestors': ["'none'"],
    'base-uri': ["'none'"],
    'object-src': ["'none'"],
    'form-action': ["'self'"],
  }
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ')
}
