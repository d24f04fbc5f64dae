/** Filled in by the payment provider with the id of the Checkout that ended. */
const PLACEHOLDER = '{CHECKOUT_SESSION_ID}'
const LENGTH_MAX = 2_048

type Site = Readonly<{ appUrl: string; returnOrigins: readonly string[] }>

export type ReturnUrlDecision =
  Readonly<{ accepted: true; url: string }> | Readonly<{ accepted: false; reason: string }>

/** The page that shows how a purchase went. */
const SHOWS_HOW_IT_WENT = `/billing/return?session_id=${PLACEHOLDER}`

/**
 * Where Checkout returns to: a page of our own, by default the one that shows how it went, or `requested` if it is an absolute http(s)
 * URL of an origin on the allow-list. What is accepted is answered as it was understood, not as it was written, so that
 * no other reader of the URL can understand it differently.
 */
export function decideReturnUrl(
  requested: string | null,
  site: Site,
  ownPage = SHOWS_HOW_IT_WENT,
): ReturnUrlDecision {
  const home = new URL(site.appUrl).origin
  if (requested === null) return { accepted: true, url: home + ownPage }
  const url = parseStrictly(requested)
  if (url === null) return { accepted: false, reason: 'Invalid url' }
  if (url.origin !== home && !site.returnOrigins.includes(url.origin)) {
    return { accepted: false, reason: 'Must be on an origin that this installation allows' }
  }
  return { accepted: true, url: url.href.replaceAll(encodeURI(PLACEHOLDER), PLACEHOLDER) }
}

/** Null for what is no plain absolute URL: browsers repair backslashes, tabs and missing slashes, we refuse them. */
function parseStrictly(text: string): URL | null {
  if (text.length > LENGTH_MAX || !/^https?:\/\/[^/?#]/i.test(text)) return null
  if (/[\\\s\p{Cc}\p{Cf}]/u.test(text) || !URL.canParse(text)) return null
  const url = new URL(text)
  return url.username === '' && url.password === '' && !/^[^/]*\/\/[^/?#]*@/.test(text) ? url : null
}
