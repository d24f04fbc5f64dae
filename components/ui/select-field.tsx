import type { ComponentProps } from 'react'
import { ChevronDown } from 'lucide-react'
import { Icon } from './icon'

type Props = Omit<ComponentProps<'select'>, 'id' | 'name' | 'className' | 'children'> &
  Readonly<{
    name: string
    label: string
    options: readonly Readonly<{ value: string; text: string }>[]
    hint?: string
    /** What is wrong with the choice, in sentences; empty where nothing is. */
    errors?: readonly string[]
  }>

/** A labelled choice of one among several, on the native element. */
export function SelectField({ name, label, options, hint, errors = [], ...select }: Props) {
  const id = `field-${name}`
  const described = [hint !== undefined && `${id}-hint`, errors.length > 0 && `${id}-error`].filter(Boolean)
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-[0.8125rem] font-medium">
        {label}
      </label>
      <div className="relative">
        <select
          {...select}
          id={id}
          name={name}
          aria-invalid={errors.length > 0 || undefined}
          aria-describedby={described.length > 0 ? described.join(' ') : undefined}
          className="h-10 w-full appearance-none truncate rounded-lg border border-line-strong bg-surface pr-9 pl-3 text-base outline-offset-0 disabled:opacity-50 aria-invalid:border-danger sm:text-sm"
        >
          {options.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
        <Icon
          of={ChevronDown}
          size={16}
          className="pointer-events-none absolute top-3 right-3 text-ink-soft"
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
