import type { ComponentProps } from 'react'
import { AccountMenu } from './account-menu'
import { NavLink } from './nav-link'
import { PageLink } from './page-link'
import { Wordmark } from './wordmark'

/** The head of every page behind the sign-in. */
export function TopBar(account: ComponentProps<typeof AccountMenu>) {
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-surface">
      <a
        href="#content"
        className="sr-only rounded-lg bg-accent px-4 py-2 text-accent-ink focus:not-sr-only focus:absolute focus:top-2 focus:left-4 focus:z-30"
      >
        Skip to content
      </a>
      <div className="mx-auto flex h-14 max-w-272 items-center gap-3 px-4 sm:gap-6">
        <PageLink href="/billing" aria-label="Talktime, to billing" className="rounded-md">
          <Wordmark />
        </PageLink>
        <nav aria-label="Main" className="flex">
          <NavLink href="/billing">Billing</NavLink>
          <NavLink href="/numbers">Numbers</NavLink>
          <NavLink href="/settings/api-keys">API keys</NavLink>
        </nav>
        <div className="ml-auto min-w-0">
          <AccountMenu {...account} />
        </div>
      </div>
    </header>
  )
}
