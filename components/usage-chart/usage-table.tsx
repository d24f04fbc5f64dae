import { Amount } from '@/components/money/amount'
import { formatMoment } from '@/components/time/format-moment'
import { KIND_WORDS } from './kind-words'
import { CHART_KINDS, type UsageLayout, type Used } from './lay-out-usage'

/** The chart's days in figures, those without usage left out: for who cannot see it, or wants it exactly. */
export function UsageTable({ layout: { columns, kinds } }: Readonly<{ layout: UsageLayout }>) {
  const shown = CHART_KINDS.filter((kind) => kinds[kind].events > 0)
  const used = columns.filter(({ total }) => total.events > 0).toReversed()
  const head = 'sticky top-0 bg-surface px-2 py-2 text-xs font-medium text-ink-soft'
  return (
    <details className="mt-auto border-t border-line text-[0.8125rem]">
      <summary className="px-5 py-3 text-ink-soft outline-offset-[-2px] hover:text-ink">
        Show as a table <span className="hidden sm:inline">(days in UTC)</span>
      </summary>
      <div
        tabIndex={0}
        role="region"
        aria-label="Usage by day in figures"
        className="max-h-80 overflow-auto border-t border-line px-3 outline-offset-[-2px]"
      >
        <table className="w-full">
          <thead>
            <tr>
              <th scope="col" className={`${head} text-left`}>
                Day
              </th>
              {shown.map((kind) => (
                <th key={kind} scope="col" className={`${head} text-right`}>
                  {KIND_WORDS[kind].name}
                </th>
              ))}
              <th scope="col" className={`${head} text-right`}>
                Together
              </th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {used.map((column) => (
              <tr key={column.day}>
                <th scope="row" className="px-2 py-2 text-left font-normal whitespace-nowrap tabular-nums">
                  {formatMoment(`${column.day}T00:00:00Z`, 'UTC', 'day')}
                </th>
                {shown.map((kind) => (
                  <UsedCell key={kind} used={column.kinds[kind]} />
                ))}
                <UsedCell used={column.total} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}

function UsedCell({ used: { worth, events } }: Readonly<{ used: Used }>) {
  return (
    <td className="px-2 py-2 text-right whitespace-nowrap">
      {events === 0 ? (
        <span className="text-ink-soft">none</span>
      ) : (
        <>
          <Amount money={worth} /> <span className="text-ink-soft tabular-nums">({events})</span>
        </>
      )}
    </td>
  )
}
