'use client'

import { ArrowDownToLine, X } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import type { ActivityFilter } from '@/lib/core/activity/list-activity'
import type { CsvProgress } from './read-csv'
import { useExport, type Export } from './use-export'

/** Takes what the filter shows away as a file: all of it, not only what is on the page. */
export function ExportActivity({ filter }: Readonly<{ filter: ActivityFilter }>) {
  const { state, start, cancel } = useExport()
  const isRunning = state.kind === 'running'
  return (
    <div className="flex min-h-8 flex-wrap items-center justify-end gap-x-3 gap-y-1 text-[0.8125rem] text-ink-soft">
      {isRunning && (
        <span className="flex items-center gap-3 tabular-nums">
          <progress
            aria-label="Export"
            className="h-1 w-12 appearance-none overflow-hidden rounded-full bg-line accent-accent"
          />
          {amountOf(state.progress)}
        </span>
      )}
      <p role="status" className={state.kind === 'failed' ? 'text-danger' : ''}>
        {said(state)}
      </p>
      <Button size="small" onClick={isRunning ? cancel : () => start(filter)}>
        <Icon of={isRunning ? X : ArrowDownToLine} size={14} />
        {isRunning ? 'Cancel export' : 'Export CSV'}
      </Button>
    </div>
  )
}

/** What is worth being said aloud; how far it is would be said without end. */
function said(state: Export) {
  switch (state.kind) {
    case 'idle':
      return null
    case 'running':
      return <span className="sr-only">Exporting</span>
    case 'saved':
      return `Saved: ${amountOf(state.progress)}`
    case 'cancelled':
      return 'Cancelled, nothing was saved'
    case 'failed':
      return state.message
  }
}

const WHOLE = new Intl.NumberFormat('en-US')
const ONE_DIGIT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

/** `1,204 rows, 96.3 kB` */
function amountOf({ rows, bytes }: CsvProgress): string {
  const size =
    bytes < 1_000_000 ? `${ONE_DIGIT.format(bytes / 1_000)} kB` : `${ONE_DIGIT.format(bytes / 1_000_000)} MB`
  return `${WHOLE.format(rows)} ${rows === 1 ? 'row' : 'rows'}, ${size}`
}
