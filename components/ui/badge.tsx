import type { ReactNode } from 'react'

export type BadgeTone = 'plain' | 'accent' | 'caution' | 'danger'

const TONES: Readonly<Record<BadgeTone, string>> = {
  plain: 'border-line text-ink-soft',
  accent: 'border-transparent bg-accent-wash text-accent',
  caution: 'border-transparent bg-caution-wash text-caution',
  danger: 'border-transparent bg-danger-wash text-danger',
}

/** A word or two of state, read together with what it stands beside. */
export function Badge({
  tone = 'plain',
  title,
  children,
}: Readonly<{ tone?: BadgeTone; title?: string; children: ReactNode }>) {
  return (
    <span
      title={title}
      className={`inline-flex h-5.5 shrink-0 items-center rounded-full border px-2 text-xs font-medium whitespace-nowrap ${TONES[tone]}`}
    >
      {children}
    </span>
  )
}
