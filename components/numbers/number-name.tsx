'use client'

import { Pencil } from 'lucide-react'
import { useEffect, useRef, useState, useTransition, type KeyboardEvent, type SyntheticEvent } from 'react'
import { PhoneNumber } from '@/components/billing/phone-number'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import type { RenameAction } from './views'

type Props = Readonly<{
  id: string
  number: string
  nickname: string | null
  /** Null: the reader may not. */
  rename: RenameAction | null
}>

/** A number and the name it was given, which can be changed on the spot. */
export function NumberName({ id, number, nickname, rename }: Props) {
  const [editing, setEditing] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const wasEditing = useRef(false)

  useEffect(() => {
    if (wasEditing.current && !editing) opener.current?.focus()
    wasEditing.current = editing
  }, [editing])

  if (editing && rename !== null) {
    return <NameForm {...{ id, number, nickname, rename }} onDone={() => setEditing(false)} />
  }
  return (
    <div className="flex min-h-10 min-w-0 items-center gap-1">
      <div className="min-w-0">
        <p className="truncate font-medium">{nickname ?? <PhoneNumber number={number} />}</p>
        {nickname !== null && (
          <p className="truncate text-[0.8125rem] text-ink-soft">
            <PhoneNumber number={number} />
          </p>
        )}
      </div>
      {rename !== null && (
        <button
          ref={opener}
          type="button"
          aria-label={`Rename ${nickname ?? number}`}
          onClick={() => setEditing(true)}
          className="grid size-8 shrink-0 place-items-center rounded-lg text-ink-soft transition-colors hover:bg-raised hover:text-ink"
        >
          <Icon of={Pencil} size={14} />
        </button>
      )}
    </div>
  )
}

type FormProps = Readonly<{
  id: string
  number: string
  nickname: string | null
  rename: RenameAction
  onDone: () => void
}>

function NameForm({ id, number, nickname, rename, onDone }: FormProps) {
  const field = useRef<HTMLInputElement>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const [pending, startSaving] = useTransition()
  const errorId = `rename-${id}-error`

  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])

  // Not the form's `action`, after which React would put the old name back while the new one is on its way.
  function save(event: SyntheticEvent) {
    event.preventDefault()
    if (pending) return
    startSaving(async () => {
      const change = { id, nickname: field.current?.value ?? '' }
      const message = await rename(change).catch(
        () => 'The server could not be reached. The name is as it was.',
      )
      setFailure(message)
      if (message === null) onDone()
    })
  }

  function cancelOnEscape(event: KeyboardEvent) {
    if (event.key === 'Escape') onDone()
  }

  return (
    <form
      onSubmit={save}
      onKeyDown={cancelOnEscape}
      className="flex min-h-10 min-w-0 flex-col justify-center gap-1"
    >
      <div className="flex items-center gap-2">
        <input
          ref={field}
          name="nickname"
          aria-label={`Name of ${number}`}
          aria-invalid={failure !== null || undefined}
          aria-describedby={failure === null ? undefined : errorId}
          defaultValue={nickname ?? ''}
          placeholder={number}
          maxLength={100}
          autoComplete="off"
          className="h-8 w-full min-w-0 rounded-lg border border-line-strong bg-surface px-2.5 text-base placeholder:text-ink-soft aria-invalid:border-danger sm:text-sm"
        />
        <Button size="small" look="primary" type="submit" pending={pending}>
          Save
        </Button>
        <Button size="small" onClick={onDone}>
          Cancel
        </Button>
      </div>
      {failure !== null && (
        <p id={errorId} role="alert" className="text-[0.8125rem] text-danger">
          {failure}
        </p>
      )}
    </form>
  )
}
