'use client'

import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { PageLink } from './page-link'

/** A link of the main navigation; the current one is marked for eyes and for screen readers. */
export function NavLink({
  href,
  children,
}: Readonly<{ href: '/billing' | '/numbers' | '/settings/api-keys'; children: ReactNode }>) {
  const path = usePathname()
  const current = path === href || path.startsWith(`${href}/`)
  return (
    <PageLink
      href={href}
      aria-current={current ? 'page' : undefined}
      className="relative flex h-14 items-center px-1.5 whitespace-nowrap text-ink-soft sm:px-2.5 transition-colors hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink aria-[current=page]:after:absolute aria-[current=page]:after:inset-x-1.5 sm:aria-[current=page]:after:inset-x-2.5 aria-[current=page]:after:bottom-0 aria-[current=page]:after:h-0.5 aria-[current=page]:after:rounded-full aria-[current=page]:after:bg-accent"
    >
      {children}
    </PageLink>
  )
}
