import { useCallback, useRef, useState } from 'react'
import type { ActivityItem } from '@/lib/core/activity/activity-item'
import type { ActivityFilter, ActivityPage } from '@/lib/core/activity/list-activity'

export type MoreActivity =
  Readonly<{ kind: 'page'; page: ActivityPage }> | Readonly<{ kind: 'failed'; message: string }>

/** The page after the one whose `nextCursor` this is, as a server action. */
export type ReadActivity = (
  request: Readonly<{ filter: ActivityFilter; cursor: string }>,
) => Promise<MoreActivity>

type Listed = Readonly<{
  items: readonly ActivityItem[]
  nextCursor: string | null
  state: 'idle' | 'loading' | 'failed'
  failure: string | null
}>

const UNREACHABLE: MoreActivity = { kind: 'failed', message: 'The server could not be reached.' }

/**
 * Everything read so far, and the way to read on. One page is asked for at a time, each after the last item of the one
 * before, so that nothing is lost or repeated whatever happens meanwhile.
 */
export function useMoreActivity(first: ActivityPage, filter: ActivityFilter, read: ReadActivity) {
  const [listed, setListed] = useState<Listed>({ ...first, state: 'idle', failure: null })
  const busy = useRef(false)
  const { nextCursor } = listed

  const loadMore = useCallback(async () => {
    if (busy.current || nextCursor === null) return
    busy.current = true
    setListed((now) => ({ ...now, state: 'loading', failure: null }))
    const answer = await read({ filter, cursor: nextCursor }).catch(() => UNREACHABLE)
    busy.current = false
    setListed((now) => added(now, answer))
  }, [filter, nextCursor, read])

  return { ...listed, loadMore }
}

function added(now: Listed, answer: MoreActivity): Listed {
  if (answer.kind === 'failed') return { ...now, state: 'failed', failure: answer.message }
  const { items, nextCursor } = answer.page
  return { items: [...now.items, ...items], nextCursor, state: 'idle', failure: null }
}
