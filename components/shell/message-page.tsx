import type { ReactNode } from 'react'
import { Wordmark } from './wordmark'

type Props = Readonly<{
  title: string
  children: ReactNode
  action: ReactNode
  reference?: string | undefined
}>

/** A page that says one thing: not found, or failed. `reference` finds the failure in the server's log. */
export function MessagePage({ title, children, action, reference }: Props) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-6 px-4 py-16">
      <Wordmark />
      <div>
        <h1 className="text-2xl font-semibold tracking-tight wrap-anywhere">{title}</h1>
        <div className="mt-2 text-ink-soft">{children}</div>
      </div>
      <div>{action}</div>
      {reference !== undefined && (
        <p className="text-[0.8125rem] text-ink-soft">
          Reference for support: <code className="font-mono text-ink select-all">{reference}</code>
        </p>
      )}
    </main>
  )
}
