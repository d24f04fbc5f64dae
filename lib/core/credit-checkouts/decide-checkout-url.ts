import { decideReturnUrl, type ReturnUrlDecision } from '../top-ups/decide-return-url'

type Site = Parameters<typeof decideReturnUrl>[1]

/** Control characters, white space and backslashes, which browsers repair; and what may become a host when it is read again. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s\\]|^(?:\/|%2f|%5c){2}|^\/(?:%2f|%5c)/iu

/**
 * Where a Checkout returns to for a caller who may leave the origin out: what names no scheme is taken on our own origin,
 * so that `example` is a page of ours. What names one must be as `decideReturnUrl` wants it.
 */
export function decideCheckoutUrl(requested: string, site: Site): ReturnUrlDecision {
  if (/^[a-z][a-z\d+.-]*:/i.test(requested)) return decideReturnUrl(requested, site)
  const home = new URL(site.appUrl).origin
  if (UNSAFE.test(requested) || !URL.canParse(requested, home))
    return { accepted: false, reason: 'Invalid url' }
  return decideReturnUrl(new URL(requested, home).href, site)
}
