import { useRouter } from 'next/navigation'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { SettleSubscription } from './views'

export type Subscribing = 'idle' | 'working' | 'late'

const TRIES = 20
const PAUSE_MS = 1_500

/** Follows a paid Checkout until the subscription covers, then re-reads the page. Nothing here charges. */
export function useSubscribing(settle: SettleSubscription) {
  const router = useRouter()
  const [state, setState] = useState<Subscribing>('idle')
  const isShown = useRef(true)

  useEffect(() => {
    isShown.current = true
    return () => {
      isShown.current = false
    }
  }, [])

  const paid = useCallback(async () => {
    setState('working')
    for (let count = 0; count < TRIES && isShown.current; count++) {
      const answer = await settle().catch(() => null)
      if (answer === 'subscribed') return router.refresh()
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    // Nothing more is open where the webhook was first: the page itself knows.
    router.refresh()
    setState('late')
  }, [router, settle])

  return { state, paid }
}
