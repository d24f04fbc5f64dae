import type { ReactNode } from 'react'
import { Wordmark } from '@/components/shell/wordmark'

type Props = Readonly<{ title: string; lead: string; children: ReactNode; footer: ReactNode }>

/** The frame of sign-in and sign-up. */
export function AuthPage({ title, lead, children, footer }: Props) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-104 flex-col justify-center gap-8 px-4 py-12">
      <Wordmark />
      <div>
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        <p className="mt-1 text-ink-soft">{lead}</p>
      </div>
      {children}
      <p className="text-ink-soft">{footer}</p>
    </main>
  )
}
