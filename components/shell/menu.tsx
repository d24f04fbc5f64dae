import { ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { Icon } from '@/components/ui/icon'

/** An entry of the menu. */
export const MENU_ITEM =
  'flex h-9 w-full items-center gap-2.5 rounded-md px-2.5 text-left text-ink transition-colors hover:bg-raised'

type Props = Readonly<{
  /** Whose menu it is: shown beside the button where there is room. */
  name: string
  /** A line more, in the menu. */
  detail?: string
  /** What the button is called. */
  label: string
  children: ReactNode
}>

/**
 * The menu at the end of the bar. A native popover: it opens, closes and keeps the focus without our script.
 */
export function Menu({ name, detail, label, children }: Props) {
  return (
    <>
      <button
        type="button"
        popoverTarget="account-menu"
        className="flex h-9 min-w-0 items-center gap-2 rounded-lg px-2 text-ink-soft transition-colors hover:bg-raised hover:text-ink"
      >
        <span
          aria-hidden
          className="grid size-6 shrink-0 place-items-center rounded-full bg-accent-wash text-xs font-semibold text-accent"
        >
          {Array.from(name)[0]?.toUpperCase()}
        </span>
        <span className="hidden max-w-48 truncate sm:inline">{name}</span>
        <span className="sr-only">{label}</span>
        <Icon of={ChevronDown} size={14} />
      </button>
      <div
        id="account-menu"
        popover="auto"
        className="fixed inset-auto top-[calc(3.25rem+var(--banner,0px))] right-[max(1rem,calc((100%-66rem)/2))] w-64 rounded-xl border border-line bg-surface p-1.5 text-ink shadow-float"
      >
        <div className="px-2.5 pt-1.5 pb-2.5">
          <p className="truncate font-medium">{name}</p>
          {detail !== undefined && <p className="truncate text-[0.8125rem] text-ink-soft">{detail}</p>}
        </div>
        {children}
      </div>
    </>
  )
}
