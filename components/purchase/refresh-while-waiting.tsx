'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000

/**
 * Reads the page again while a payment on it has no end yet: when the reader comes back to its tab, and by itself in
 * pauses that double up to a minute. What was paid elsewhere, and what Stripe tells us later, shows without a reload.
 */
export function RefreshWhileWaiting() {
  const router = useRouter()
  useEffect(() => {
    let pause = FIRST_PAUSE_MS
    const refresh = () => {
      if (document.visibilityState === 'visible') router.refresh()
    }
    const refreshLater = () => {
      refresh()
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
      timer = setTimeout(refreshLater, pause)
    }
    let timer = setTimeout(refreshLater, pause)
    document.addEventListener('visibilitychange', refresh)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', refresh)
    }
  }, [router])
  return null
}
