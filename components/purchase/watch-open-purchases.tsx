'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000

type Props = Readonly<{
  /** `openPurchasesMark` of what the page shows. */
  shown: string
  /** The same as our own database has it now; null where it could not be read. */
  read: () => Promise<string | null>
}>

/**
 * Asks how the payments stand that have no end yet, in pauses that double up to a minute and whenever the reader comes back
 * to the tab, and reads the page again once one of them stands otherwise. A question that fails changes nothing.
 */
export function WatchOpenPurchases({ shown, read }: Props) {
  const router = useRouter()
  useEffect(() => {
    let pause = FIRST_PAUSE_MS
    let timer: ReturnType<typeof setTimeout>
    let isOver = false
    const look = async () => {
      if (document.visibilityState !== 'visible') return
      const now = await read().catch(() => null)
      if (!isOver && now !== null && now !== shown) router.refresh()
    }
    const lookLater = () => {
      timer = setTimeout(() => {
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
        void look()
        lookLater()
      }, pause)
    }
    const lookNow = () => void look()
    lookLater()
    document.addEventListener('visibilitychange', lookNow)
    return () => {
      isOver = true
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', lookNow)
    }
  }, [router, shown, read])
  return null
}
