import type { ReactNode } from 'react'

type Props = Readonly<{
  /** The id of the heading that names it. */
  labelledBy: string
  /** What each column holds. `hidden`: its name for screen readers alone; `amounts`: of a column of amounts. */
  columns: readonly (string | Readonly<{ hidden: string } | { amounts: string }>)[]
  /** Its rows. */
  children: ReactNode
}>

/** A table that is wiped sideways where the screen is too narrow for it. */
export function WideTable({ labelledBy, columns, children }: Props) {
  return (
    <div
      role="group"
      aria-labelledby={labelledBy}
      // What scrolls must be reached without a mouse.
      tabIndex={0}
      className="relative overflow-x-auto outline-offset-[-2px]"
    >
      <table aria-labelledby={labelledBy} className="w-full min-w-max">
        <thead className="border-b border-line text-left">
          <tr>
            {columns.map((column) => {
              const { words, shown, align } = headingOf(column)
              return (
                <th
                  key={words}
                  scope="col"
                  className={`px-3 py-2 text-xs font-medium whitespace-nowrap text-ink-soft first:pl-5 last:pr-5 ${align}`}
                >
                  {shown ? words : <span className="sr-only">{words}</span>}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody className="divide-y divide-line [&_td]:px-3 [&_td]:py-2.5 [&_td]:align-top [&_td:first-child]:pl-5 [&_td:last-child]:pr-5">
          {children}
        </tbody>
      </table>
    </div>
  )
}

function headingOf(column: Props['columns'][number]) {
  if (typeof column === 'string') return { words: column, shown: true, align: '' }
  if ('hidden' in column) return { words: column.hidden, shown: false, align: '' }
  return { words: column.amounts, shown: true, align: 'text-right' }
}
