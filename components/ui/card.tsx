import type { ReactNode } from 'react'

type Props = Readonly<{
  /** The heading's id: the section is named by it. */
  id: string
  title: ReactNode
  /** What stands at the heading's right: a note or an action. */
  aside?: ReactNode
  className?: string
  children: ReactNode
}>

/** A titled part of a page. */
export function Card({ id, title, aside, className = '', children }: Props) {
  return (
    <section
      aria-labelledby={id}
      className={`flex min-w-0 flex-col rounded-xl border border-line bg-surface shadow-card ${className}`}
    >
      <header className="flex min-h-14 items-center justify-between gap-4 border-b border-line px-5 py-2.5">
        <h2 id={id} className="text-sm font-semibold">
          {title}
        </h2>
        {aside}
      </header>
      {children}
    </section>
  )
}
