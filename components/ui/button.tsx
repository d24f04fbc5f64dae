import type { ComponentProps, MouseEvent } from 'react'
import { Spinner } from './spinner'

export type ButtonLook = 'primary' | 'secondary' | 'quiet' | 'danger'
export type ButtonSize = 'small' | 'medium'

const LOOKS: Readonly<Record<ButtonLook, string>> = {
  primary: 'bg-accent text-accent-ink hover:bg-accent-hover',
  secondary: 'border border-line-strong bg-surface text-ink hover:bg-raised',
  quiet: 'text-ink-soft hover:bg-raised hover:text-ink',
  danger: 'border border-line-strong bg-surface text-danger hover:border-danger hover:bg-danger-wash',
}

const SIZES: Readonly<Record<ButtonSize, string>> = {
  small: 'h-8 gap-1.5 px-2.5 text-[0.8125rem]',
  medium: 'h-10 gap-2 px-4 text-sm',
}

/** The look of a button, for links that are one. */
export function buttonClass(look: ButtonLook, size: ButtonSize = 'medium'): string {
  return `inline-flex shrink-0 items-center justify-center rounded-lg font-medium whitespace-nowrap select-none transition-colors ${SIZES[size]} ${LOOKS[look]}`
}

type Props = ComponentProps<'button'> &
  Readonly<{
    look?: ButtonLook
    size?: ButtonSize
    /** Shows work under way and ignores further presses, keeping the focus and the width. */
    pending?: boolean
    /** Whether a dialog gives it the focus when it opens. */
    'data-initial-focus'?: boolean
  }>

export function Button({
  look = 'secondary',
  size = 'medium',
  pending = false,
  type = 'button',
  className = '',
  onClick,
  children,
  ...rest
}: Props) {
  return (
    <button
      {...rest}
      type={type}
      aria-disabled={pending || undefined}
      aria-busy={pending || undefined}
      onClick={pending ? refuse : onClick}
      className={`${buttonClass(look, size)} relative disabled:opacity-50 aria-disabled:cursor-progress ${className}`}
    >
      <span className={`inline-flex items-center gap-[inherit] ${pending ? 'opacity-0' : ''}`}>
        {children}
      </span>
      {pending && <Spinner className="absolute" />}
    </button>
  )
}

function refuse(event: MouseEvent) {
  event.preventDefault()
}
