import { loadStripe } from '@stripe/stripe-js/pure'
import type { Stripe } from '@stripe/stripe-js'

let pending: Promise<Stripe> | undefined

/**
 * Stripe.js, loaded once a page and only when it is asked for. It comes from Stripe, or from `scriptUrl` where the
 * server names a stand-in. A failed load is forgotten, so that asking again tries again.
 * @throws Error when the script cannot be had.
 */
export function browserStripe(publishableKey: string, scriptUrl: string | null): Promise<Stripe> {
  pending ??= load(publishableKey, scriptUrl).catch((error: unknown) => {
    pending = undefined
    throw error
  })
  return pending
}

async function load(publishableKey: string, scriptUrl: string | null): Promise<Stripe> {
  if (scriptUrl !== null && !('Stripe' in window)) await addScript(scriptUrl)
  const stripe = await loadStripe(publishableKey)
  if (stripe === null) throw new Error('Stripe.js did not load')
  return stripe
}

function addScript(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script')
    script.src = url
    script.onload = () => resolve()
    script.onerror = () => {
      script.remove()
      reject(new Error('The script of the stand-in did not load'))
    }
    document.head.append(script)
  })
}
