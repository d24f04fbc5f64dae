import type { ComponentProps, ReactNode } from 'react'

type Props = Omit<ComponentProps<'input'>, 'id' | 'name' | 'className'> &
  Readonly<{
    name: string
    label: string
    hint?: ReactNode
    /** A sign before what is typed: that of the currency. */
    lead?: string
    /** What is wrong with the value, in sentences; empty where nothing is. */
    errors?: readonly string[]
    /** Whether a dialog gives it the focus when it opens. */
    'data-initial-focus'?: boolean
  }>

/** A labelled text input; what is wrong with it is read together with it. */
export function Field({ name, label, hint, lead, errors = [], ...input }: Props) {
  const id = `field-${name}`
  const described = [hint !== undefined && `${id}-hint`, errors.length > 0 && `${id}-error`].filter(Boolean)
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-[0.8125rem] font-medium">
        {label}
      </label>
      <div className="relative">
        {lead !== undefined && (
          <span
            aria-hidden
            className="pointer-events-none absolute inset-y-0 left-3 flex items-center text-ink-soft"
          >
            {lead}
          </span>
        )}
        <input
          {...input}
          id={id}
          name={name}
          aria-invalid={errors.length > 0 || undefined}
          aria-describedby={described.length > 0 ? described.join(' ') : undefined}
          className={`h-10 w-full rounded-lg border border-line-strong bg-surface px-3 text-base outline-offset-0 placeholder:text-ink-soft disabled:opacity-50 aria-invalid:border-danger sm:text-sm ${lead === undefined ? '' : 'pl-7 tabular-nums'}`}
        />
      </div>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-[0.8125rem] text-ink-soft">
          {hint}
        </p>
      )}
      {errors.length > 0 && (
        <p id={`${id}-error`} className="text-[0.8125rem] text-danger">
          {errors.join(' ')}
        </p>
      )}
    </div>
  )
}
