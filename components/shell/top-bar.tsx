import type { ComponentProps } from 'react'
import { AccountMenu } from './account-menu'
import { MainNav } from './main-nav'
import { PageLink } from './page-link'
import { Wordmark } from './wordmark'

/** The head of every page behind the sign-in. */
export function TopBar(account: ComponentProps<typeof AccountMenu>) {
  return (
    <header className="relative z-20 border-b border-line bg-surface lg:sticky lg:top-0">
      <a
        href="#content"
        className="sr-only rounded-lg bg-accent px-4 py-2 text-accent-ink focus:not-sr-only focus:absolute focus:top-2 focus:left-4 focus:z-30"
      >
        Skip to content
      </a>
      <div className="mx-auto flex max-w-272 flex-wrap items-center gap-x-3 px-4 lg:flex-nowrap lg:gap-6">
        <PageLink href="/billing" aria-label="Talktime, to billing" className="rounded-md">
          <Wordmark />
        </PageLink>
        <MainNav />
        <div className="ml-auto flex h-14 min-w-0 items-center">
          <AccountMenu {...account} />
        </div>
      </div>
    </header>
  )
}
