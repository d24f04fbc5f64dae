import type { ComponentProps, ReactNode } from 'react'

type Props = Omit<ComponentProps<'input'>, 'id' | 'name' | 'type' | 'className'> &
  Readonly<{ name: string; label: ReactNode; hint?: ReactNode }>

/** Something that is on or off, with what it means beside it. */
export function CheckField({ name, label, hint, ...input }: Props) {
  const id = `field-${name}`
  return (
    <div className="flex gap-3">
      <input
        {...input}
        type="checkbox"
        id={id}
        name={name}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className="mt-0.5 size-4.5 shrink-0 accent-accent"
      />
      <div className="min-w-0">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className="text-[0.8125rem] text-ink-soft">
            {hint}
          </p>
        )}
      </div>
    </div>
  )
}
