import type { Stripe } from '@stripe/stripe-js'
import { useCallback, useRef, useState } from 'react'
import type { Failure } from './checkout-failed'
import { requestCheckout } from './request-checkout'

export type Checkout =
  | Readonly<{ kind: 'closed' }>
  | Readonly<{ kind: 'opening' }>
  | Readonly<{ kind: 'ready'; stripe: Stripe; clientSecret: string }>
  | Readonly<{ kind: 'failed'; failure: Failure; retryAfterSeconds: number | null }>

export type StripeSource = Readonly<{
  publishableKey: string
  /** Null: Stripe's own address. */
  scriptUrl: string | null
}>

/**
 * One Checkout at a time: opening while one is opening or open does nothing, and an answer that comes after
 * closing is dropped. Stripe's code and script are asked for here, not before.
 */
export function useCheckout(source: StripeSource) {
  const [checkout, setCheckout] = useState<Checkout>({ kind: 'closed' })
  const attempt = useRef(0)
  const busy = useRef(false)

  const open = useCallback(async () => {
    if (busy.current) return
    busy.current = true
    const mine = ++attempt.current
    setCheckout({ kind: 'opening' })
    const result = await startCheckout(source)
    if (mine !== attempt.current) return
    busy.current = result.kind === 'ready'
    setCheckout(result)
  }, [source])

  const close = useCallback(() => {
    attempt.current++
    busy.current = false
    setCheckout({ kind: 'closed' })
  }, [])

  return { checkout, open, close }
}

async function startCheckout({ publishableKey, scriptUrl }: StripeSource): Promise<Checkout> {
  const loading = import('./browser-stripe').then((module) => module.browserStripe(publishableKey, scriptUrl))
  const [stripe, answer] = await Promise.all([loading.catch(() => null), requestCheckout()])
  if (answer.kind === 'failed') return answer
  if (stripe === null) return { kind: 'failed', failure: 'script-blocked', retryAfterSeconds: null }
  return { kind: 'ready', stripe, clientSecret: answer.clientSecret }
}
