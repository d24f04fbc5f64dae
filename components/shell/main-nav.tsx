import { LinkRow } from './link-row'

export type Entries = readonly (readonly [href: string, label: string])[]

/** The pages of this part of the product. Where there is no room they are a row of their own. */
export function MainNav({ entries }: Readonly<{ entries: Entries }>) {
  return (
    <nav
      aria-label="Main"
      className="order-last -mx-4 w-[calc(100%+2rem)] border-t border-line lg:order-none lg:mx-0 lg:w-auto lg:min-w-0 lg:border-0"
    >
      <LinkRow
        entries={entries}
        className="px-1.5 lg:px-0"
        linkClassName="relative flex h-11 items-center px-2.5 whitespace-nowrap text-ink-soft outline-offset-[-2px] transition-colors hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink aria-[current=page]:after:absolute aria-[current=page]:after:inset-x-2.5 aria-[current=page]:after:bottom-0 aria-[current=page]:after:h-0.5 aria-[current=page]:after:rounded-full aria-[current=page]:after:bg-accent lg:h-14"
      />
    </nav>
  )
}
