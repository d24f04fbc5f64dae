import type { ReactNode } from 'react'

type Props = Readonly<{ title: string; lead?: ReactNode; action?: ReactNode; children: ReactNode }>

/** The frame of a page: its one heading, what it is for, and its content. */
export function Page({ title, lead, action, children }: Props) {
  return (
    <main
      id="content"
      tabIndex={-1}
      className="mx-auto w-full max-w-272 px-4 pt-8 pb-20 outline-none sm:pt-10"
    >
      <div className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
        <div>
          <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
          {lead !== undefined && <p className="mt-1 text-ink-soft">{lead}</p>}
        </div>
        {action}
      </div>
      {children}
    </main>
  )
}
