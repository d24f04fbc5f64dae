'use client'

import { useRouter } from 'next/navigation'
import { useTransition } from 'react'
import { Button } from '@/components/ui/button'

/** Asks for the page once more, in place. */
export function RefreshButton() {
  const router = useRouter()
  const [refreshing, startRefresh] = useTransition()
  return (
    <Button size="small" pending={refreshing} onClick={() => startRefresh(() => router.refresh())}>
      Try again
    </Button>
  )
}
