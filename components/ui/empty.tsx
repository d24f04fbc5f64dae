import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { Icon } from './icon'

/** What stands where a list has nothing yet: what will be here, and how it gets here. */
export function Empty({
  icon,
  title,
  children,
}: Readonly<{ icon: LucideIcon; title: string; children?: ReactNode }>) {
  return (
    <div className="flex flex-1 flex-col items-center justify-center gap-1 px-5 py-7 text-center">
      <span className="mb-2 grid size-9 place-items-center rounded-full bg-raised text-ink-soft">
        <Icon of={icon} />
      </span>
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-[44ch] text-ink-soft">{children}</div>}
    </div>
  )
}
