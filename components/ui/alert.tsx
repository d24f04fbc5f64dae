import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { Icon } from './icon'

export type AlertTone = 'note' | 'caution' | 'danger'

const TONES = {
  note: { icon: Info, look: 'border-line bg-raised text-ink', mark: 'text-ink-soft' },
  caution: { icon: TriangleAlert, look: 'border-transparent bg-caution-wash text-ink', mark: 'text-caution' },
  danger: { icon: CircleAlert, look: 'border-transparent bg-danger-wash text-ink', mark: 'text-danger' },
} as const

type Props = Readonly<{
  tone: AlertTone
  title: ReactNode
  /** Whether it came up while the page was open, so that a screen reader says it at once. */
  live?: boolean
  action?: ReactNode
  children?: ReactNode
}>

/** Something the reader should know before going on. */
export function Alert({ tone, title, live = false, action, children }: Props) {
  const { icon, look, mark } = TONES[tone]
  return (
    <div role={live ? 'alert' : undefined} className={`flex gap-3 rounded-lg border px-4 py-3 ${look}`}>
      <Icon of={icon} size={18} className={`mt-px ${mark}`} />
      <div className="flex min-w-0 flex-1 flex-col gap-2 sm:flex-row sm:items-start sm:justify-between sm:gap-4">
        <div className="min-w-0">
          <p className="font-medium">{title}</p>
          {children && <div className="text-ink-soft">{children}</div>}
        </div>
        {action}
      </div>
    </div>
  )
}
