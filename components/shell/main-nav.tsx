'use client'

import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { currentEntry } from './current-entry'
import { PageLink } from './page-link'

const ENTRIES = [
  ['/billing', 'Billing'],
  ['/numbers', 'Numbers'],
  ['/subscription', 'Subscription'],
  ['/activity', 'Activity'],
  ['/billing/invoices', 'Invoices'],
  ['/billing/payment-methods', 'Payment methods'],
  ['/settings/api-keys', 'API keys'],
] as const

/**
 * The pages of the account; the current one is marked for eyes and for screen readers. Where there is no room they are a
 * row of their own, which is wiped sideways where it is too long.
 */
export function MainNav() {
  const path = usePathname()
  const current = currentEntry(
    ENTRIES.map(([href]) => href),
    path,
  )
  const nav = useRef<HTMLElement>(null)

  useEffect(() => {
    const entry = nav.current?.querySelector<HTMLElement>('[aria-current]')
    if (entry != null && nav.current !== null) nav.current.scrollLeft = entry.offsetLeft - 64
  }, [current])

  return (
    <nav
      ref={nav}
      aria-label="Main"
      className="order-last -mx-4 w-[calc(100%+2rem)] overflow-x-auto border-t border-line px-1.5 [scrollbar-width:none] lg:order-none lg:mx-0 lg:w-auto lg:overflow-visible lg:border-0 lg:px-0"
    >
      <ul className="relative flex w-max">
        {ENTRIES.map(([href, label]) => (
          <li key={href}>
            <PageLink
              href={href}
              aria-current={href === current ? 'page' : undefined}
              className="relative flex h-11 items-center px-2.5 whitespace-nowrap text-ink-soft outline-offset-[-2px] transition-colors hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink aria-[current=page]:after:absolute aria-[current=page]:after:inset-x-2.5 aria-[current=page]:after:bottom-0 aria-[current=page]:after:h-0.5 aria-[current=page]:after:rounded-full aria-[current=page]:after:bg-accent lg:h-14"
            >
              {label}
            </PageLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
