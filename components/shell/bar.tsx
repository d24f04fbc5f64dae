import type { ReactNode } from 'react'
import { MainNav, type Entries } from './main-nav'
import { PageLink } from './page-link'
import { Wordmark } from './wordmark'

type Props = Readonly<{
  home: Readonly<{ href: string; label: string }>
  /** What stands behind the wordmark. */
  mark?: ReactNode
  entries: Entries
  /** What stands at the end: the menu of who is signed in. */
  children: ReactNode
}>

/** The head of every page behind the sign-in. */
export function Bar({ home, mark, entries, children }: Props) {
  return (
    <header className="relative z-20 border-b border-line bg-surface lg:sticky lg:top-(--banner,0px)">
      <a
        href="#content"
        className="sr-only rounded-lg bg-accent px-4 py-2 text-accent-ink focus:not-sr-only focus:absolute focus:top-2 focus:left-4 focus:z-30"
      >
        Skip to content
      </a>
      <div className="mx-auto flex max-w-272 flex-wrap items-center gap-x-3 px-4 lg:flex-nowrap lg:gap-6">
        <PageLink
          href={home.href}
          aria-label={home.label}
          className="flex shrink-0 items-center gap-2.5 rounded-md"
        >
          <Wordmark />
          {mark}
        </PageLink>
        <MainNav entries={entries} />
        <div className="ml-auto flex h-14 min-w-0 items-center">{children}</div>
      </div>
    </header>
  )
}
