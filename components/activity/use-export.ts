import { useCallback, useEffect, useRef, useState } from 'react'
import type { ActivityFilter } from '@/lib/core/activity/list-activity'
import { readCsv, type CsvProgress } from './read-csv'

export type Export =
  | Readonly<{ kind: 'idle' | 'cancelled' }>
  | Readonly<{ kind: 'running' | 'saved'; progress: CsvProgress }>
  | Readonly<{ kind: 'failed'; message: string }>

const NAME = /filename="([\w.-]+)"/

/** Fetches the activity as CSV, telling how far it is, and saves it as a file once it is whole. Leaving cancels. */
export function useExport() {
  const [state, setState] = useState<Export>({ kind: 'idle' })
  const running = useRef<AbortController>(null)

  useEffect(() => () => running.current?.abort(), [])

  const start = useCallback(async (filter: ActivityFilter) => {
    running.current?.abort()
    const { signal } = (running.current = new AbortController())
    const show = (next: Export) => signal.aborted || setState(next)
    show({ kind: 'running', progress: { rows: 0, bytes: 0 } })
    try {
      const response = await fetch(`/activity/export?filter=${filter}`, { signal })
      if (!response.ok || response.body === null) return show({ kind: 'failed', message: refusal(response) })
      const read = await readCsv(response.body, (progress) => show({ kind: 'running', progress }))
      if (signal.aborted) return
      save(read.file, NAME.exec(response.headers.get('content-disposition') ?? '')?.[1])
      show({ kind: 'saved', progress: { rows: read.rows, bytes: read.bytes } })
    } catch {
      show({ kind: 'failed', message: 'The connection broke off, so nothing was saved. Try again.' })
    }
  }, [])

  const cancel = useCallback(() => {
    running.current?.abort()
    setState({ kind: 'cancelled' })
  }, [])

  return { state, start, cancel }
}

function refusal({ status, headers }: Response): string {
  if (status === 401) return 'You are signed out. Sign in again to export.'
  if (status === 403) return 'Exporting is not available to you.'
  if (status !== 429) return 'The export could not begin. Try again in a minute.'
  return `Too many exports. Try again in ${headers.get('retry-after') ?? '60'} seconds.`
}

function save(file: Blob, name = 'talktime-activity.csv'): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // Not at once: some browsers read the address only after this turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
