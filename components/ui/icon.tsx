import type { LucideIcon } from 'lucide-react'

/** A decorative icon: the words beside it say the same. */
export function Icon({
  of: Shape,
  size = 16,
  className = '',
}: Readonly<{ of: LucideIcon; size?: number; className?: string }>) {
  return <Shape size={size} strokeWidth={1.75} aria-hidden className={`shrink-0 ${className}`} />
}
