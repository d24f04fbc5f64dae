'use client'

import { usePathname } from 'next/navigation'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { currentEntry } from './current-entry'
import { PageLink } from './page-link'

/** Fades where entries lie beyond the edge, so that it shows that there are more. */
const FADES = {
  none: '',
  before: '[mask-image:linear-gradient(to_right,transparent,black_2.5rem)]',
  after: '[mask-image:linear-gradient(to_left,transparent,black_2.5rem)]',
  both: '[mask-image:linear-gradient(to_right,transparent,black_2.5rem,black_calc(100%-2.5rem),transparent)]',
} as const

type Props = Readonly<{
  entries: readonly (readonly [href: string, label: string])[]
  className?: string
  linkClassName: string
}>

/**
 * Links to pages side by side; the one that the reader is on is marked for eyes and for screen readers, and in view. Where
 * the row is too long it is wiped sideways.
 */
export function LinkRow({ entries, className = '', linkClassName }: Props) {
  const path = usePathname()
  const current = currentEntry(
    entries.map(([href]) => href),
    path,
  )
  const row = useRef<HTMLDivElement>(null)
  const fade = useFade(row)

  useEffect(() => {
    const entry = row.current?.querySelector<HTMLElement>('[aria-current]')
    if (entry != null && row.current !== null) row.current.scrollLeft = entry.offsetLeft - 64
  }, [current])

  return (
    <div ref={row} className={`overflow-x-auto [scrollbar-width:none] ${className} ${FADES[fade]}`}>
      <ul className="relative flex w-max">
        {entries.map(([href, label]) => (
          <li key={href}>
            <PageLink
              href={href}
              aria-current={href === current ? 'page' : undefined}
              className={linkClassName}
            >
              {label}
            </PageLink>
          </li>
        ))}
      </ul>
    </div>
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
