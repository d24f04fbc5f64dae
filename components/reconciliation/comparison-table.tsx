import { LocalTime } from '@/components/time/local-time'
import { Badge, type BadgeTone } from '@/components/ui/badge'
import { WideTable } from '@/components/ui/wide-table'
import type { Comparison } from '@/lib/core/reconciliation/get-reconciliation'

const STATES: Readonly<Record<Comparison['state'], Readonly<{ word: string; tone: BadgeTone }>>> = {
  asked: { word: 'Asked for', tone: 'accent' },
  running: { word: 'Running', tone: 'accent' },
  done: { word: 'Done', tone: 'plain' },
  failed: { word: 'Failed', tone: 'danger' },
}

const COLUMNS = [
  'Begun',
  'From',
  'Until',
  'State',
  'Compared',
  'Differed',
  'Put right',
  'Without event',
  'By',
] as const

/** The latest comparisons, and what each found. */
export function ComparisonTable({
  labelledBy,
  comparisons,
}: Readonly<{ labelledBy: string; comparisons: readonly Comparison[] }>) {
  return (
    <WideTable labelledBy={labelledBy} columns={COLUMNS}>
      {comparisons.map((run) => (
        <tr key={run.id} className="whitespace-nowrap tabular-nums">
          <td>
            <LocalTime at={run.requestedAt.toISOString()} />
          </td>
          <td>
            <LocalTime at={run.since.toISOString()} />
          </td>
          <td>
            <LocalTime at={run.until.toISOString()} />
          </td>
          <td className="max-w-64 whitespace-normal">
            <Badge tone={STATES[run.state].tone}>{STATES[run.state].word}</Badge>
            {run.error !== null && <span className="block text-[0.8125rem] text-ink-soft">{run.error}</span>}
          </td>
          <td>{run.compared}</td>
          <td>{run.found}</td>
          <td>{run.repaired}</td>
          <td>{run.unheard}</td>
          <td>{run.requestedBy === 'system' ? 'Schedule' : 'Staff'}</td>
        </tr>
      ))}
    </WideTable>
  )
}
