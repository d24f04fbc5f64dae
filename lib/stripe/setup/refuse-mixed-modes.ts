type Keys = Readonly<{
  secretKey: string
  publishableKey: string | undefined
  apiBase: string | undefined
  appUrl: string
}>

/** Whether real money is meant. @throws Error with one sentence where the parts do not agree on it */
export function refuseMixedModes({ secretKey, publishableKey, apiBase, appUrl }: Keys): boolean {
  const livemode = isLive(secretKey)
  if (publishableKey !== undefined && isLive(publishableKey) !== livemode) {
    throw new Error(
      'STRIPE_SECRET_KEY and STRIPE_PUBLISHABLE_KEY are of different modes: one is live, one is test.',
    )
  }
  if (!livemode) return false
  if (apiBase !== undefined) throw new Error('STRIPE_API_BASE must be unset with a live Stripe key.')
  if (new URL(appUrl).protocol !== 'https:') {
    throw new Error(`Live Stripe delivers to https only, and APP_URL is ${appUrl}.`)
  }
  return true
}

function isLive(key: string): boolean {
  return /^(sk|rk|pk)_live_/.test(key)
}
