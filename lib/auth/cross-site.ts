const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

type Sender = Readonly<{
  method: string
  secFetchSite: string | null
  origin: string | null
  /** The origin of APP_URL. Never taken from the Host header, which the sender chooses. */
  appOrigin: string
}>

/**
 * Whether a request that carries a session cookie must be refused because a foreign page may have sent it.
 * Browsers say where a request comes from in Sec-Fetch-Site, older ones in Origin; one that says neither is refused.
 * (The rule of Go's CrossOriginProtection, but stricter where both headers are missing.)
 */
export function isCrossSite({ method, secFetchSite, origin, appOrigin }: Sender): boolean {
  if (SAFE_METHODS.has(method)) return false
  if (secFetchSite !== null) return secFetchSite !== 'same-origin'
  return origin !== appOrigin
}
