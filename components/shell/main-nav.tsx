'use client'

import { usePathname } from 'next/navigation'
import { useEffect, useRef, useState, type RefObject } from 'react'
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

/** Fades where entries lie beyond the edge, so that it shows that there are more. */
const FADES = {
  none: '',
  before: '[mask-image:linear-gradient(to_right,transparent,black_2.5rem)]',
  after: '[mask-image:linear-gradient(to_left,transparent,black_2.5rem)]',
  both: '[mask-image:linear-gradient(to_right,transparent,black_2.5rem,black_calc(100%-2.5rem),transparent)]',
} as const

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
  const row = useRef<HTMLDivElement>(null)
  const fade = useFade(row)

  useEffect(() => {
    const entry = row.current?.querySelector<HTMLElement>('[aria-current]')
    if (entry != null && row.current !== null) row.current.scrollLeft = entry.offsetLeft - 64
  }, [current])

  return (
    <nav
      aria-label="Main"
      className="order-last -mx-4 w-[calc(100%+2rem)] border-t border-line lg:order-none lg:mx-0 lg:w-auto lg:min-w-0 lg:border-0"
    >
      <div ref={row} className={`overflow-x-auto px-1.5 [scrollbar-width:none] lg:px-0 ${FADES[fade]}`}>
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
      </div>
    </nav>
  )
}

/** On which sides more of a row lies than is to be seen. */
function useFade(row: RefObject<HTMLElement | null>): keyof typeof FADES {
  const [fade, setFade] = useState<keyof typeof FADES>('none')

  useEffect(() => {
    const element = row.current
    if (element === null) return
    const look = () => {
      const rest = element.scrollWidth - element.clientWidth - element.scrollLeft
      setFade(sidesOf(element.scrollLeft > 1, rest > 1))
    }
    const sizes = new ResizeObserver(look)
    sizes.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      sizes.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [row])

  return fade
}

function sidesOf(before: boolean, after: boolean): keyof typeof FADES {
  if (before && after) return 'both'
  if (before) return 'before'
  return after ? 'after' : 'none'
}
