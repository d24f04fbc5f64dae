/** Control characters, white space and backslashes: what browsers strip or turn into slashes while they parse. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s\\]/u

/**
 * The absolute URL that a caller asks to be sent back to, or null where it may not be. Accepted are an absolute
 * http(s) URL of an allowed origin, and a path, which is taken on the first of the origins. The text is judged raw and
 * returned as it was written, so that what was checked is what the browser is given (and a `{CHECKOUT_SESSION_ID}` in
 * it survives): whatever two parsers could read differently is refused.
 */
export function resolveReturnUrl(text: string, allowedOrigins: readonly string[]): string | null {
  const [own] = allowedOrigins
  if (own === undefined || text.length > 2048 || UNSAFE.test(text)) return null
  const absolute = isPath(text) ? own + text : text
  if (!/^https?:\/\/[^/]/i.test(absolute) || !URL.canParse(absolute)) return null
  const url = new URL(absolute)
  if (url.username !== '' || url.password !== '' || absolute.split(/[/?#]/, 3)[2]?.includes('@') === true)
    return null
  return allowedOrigins.includes(url.origin) ? absolute : null
}

/** A path of one site. A second slash, plain or encoded, would make a host of what follows. */
function isPath(text: string): boolean {
  return /^\/(?!\/|%2f|%5c)/i.test(text)
}
