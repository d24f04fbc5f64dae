import type { ReactNode } from 'react'

/** A list of like things, a line between each two; named for screen readers by the heading of its card. */
export function RowList({ labelledBy, children }: Readonly<{ labelledBy: string; children: ReactNode }>) {
  return (
    <ul aria-labelledby={labelledBy} className="divide-y divide-line">
      {children}
    </ul>
  )
}

type RowProps = Readonly<{
  title: ReactNode
  /** A second line, softer. */
  detail?: ReactNode
  /** What stands at the right. */
  children?: ReactNode
}>

export function Row({ title, detail, children }: RowProps) {
  return (
    <li className="flex min-h-15 items-center justify-between gap-4 px-5 py-2.5">
      <div className="min-w-0">
        <div className="truncate font-medium">{title}</div>
        {detail !== undefined && <div className="truncate text-[0.8125rem] text-ink-soft">{detail}</div>}
      </div>
      {children !== undefined && (
        <div className="flex shrink-0 items-center gap-3 text-right">{children}</div>
      )}
    </li>
  )
}
