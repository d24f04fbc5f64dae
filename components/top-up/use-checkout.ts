import type { Stripe } from '@stripe/stripe-js'
import { useCallback, useRef, useState } from 'react'
import type { Failure } from './checkout-failed'
import { newIdempotencyKey } from './new-idempotency-key'
import { requestCheckout, type CheckoutPurpose } from './request-checkout'

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

/** Stripe ends a Checkout after 24 hours; before that a new one is begun. */
const PURCHASE_MS_MAX = 20 * 60 * 60_000

type Purchase = Readonly<{ idempotencyKey: string; begunAt: number; afterPayment: string | null }>

/**
 * One Checkout at a time: opening while one is opening or open does nothing, and an answer that comes after
 * closing is dropped. Until it is paid, opening again opens the same Checkout, so that a form closed while its payment
 * was under way cannot be paid a second time. Stripe's code and script are asked for here, not before.
 * `lastPayment`: the invoice of the payment that reached the balance last; null for none.
 */
export function useCheckout(purpose: CheckoutPurpose, source: StripeSource, lastPayment: string | null) {
  const [checkout, setCheckout] = useState<Checkout>({ kind: 'closed' })
  const purchase = useRef<Purchase>(null)
  const attempt = useRef(0)
  const busy = useRef(false)

  const open = useCallback(async () => {
    if (busy.current) return
    busy.current = true
    const mine = ++attempt.current
    setCheckout({ kind: 'opening' })
    purchase.current = continuePurchase(purchase.current, lastPayment, Date.now())
    const result = await startCheckout(purpose, source, purchase.current.idempotencyKey)
    if (mine !== attempt.current) return
    busy.current = result.kind === 'ready'
    setCheckout(result)
  }, [purpose, source, lastPayment])

  const close = useCallback(() => {
    attempt.current++
    busy.current = false
    setCheckout({ kind: 'closed' })
  }, [])

  /** Closes a Checkout that was completed: the next one is another. */
  const finish = useCallback(() => {
    purchase.current = null
    close()
  }, [close])

  return { checkout, open, close, finish }
}

function continuePurchase(current: Purchase | null, lastPayment: string | null, now: number): Purchase {
  const goesOn =
    current !== null && current.afterPayment === lastPayment && now - current.begunAt < PURCHASE_MS_MAX
  if (goesOn) return current
  return { idempotencyKey: newIdempotencyKey(), begunAt: now, afterPayment: lastPayment }
}

async function startCheckout(
  purpose: CheckoutPurpose,
  { publishableKey, scriptUrl }: StripeSource,
  idempotencyKey: string,
): Promise<Checkout> {
  const loading = import('./browser-stripe').then((module) => module.browserStripe(publishableKey, scriptUrl))
  const [stripe, answer] = await Promise.all([
    loading.catch(() => null),
    requestCheckout(purpose, idempotencyKey),
  ])
  if (answer.kind === 'failed') return answer
  if (stripe === null) return { kind: 'failed', failure: 'script-blocked', retryAfterSeconds: null }
  return { kind: 'ready', stripe, clientSecret: answer.clientSecret }
}
