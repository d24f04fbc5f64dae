'use client'

import { useState, useTransition, type ReactNode } from 'react'
import { Alert } from './alert'
import { Button, type ButtonLook } from './button'
import { Dialog } from './dialog'

type Props = Readonly<{
  /** What the button says, and for screen readers of what. */
  label: string
  subject: string
  look?: ButtonLook
  question: string
  /** What it means, in words. */
  children: ReactNode
  confirm: string
  /** Null once it is done, else what went wrong in a sentence. */
  act: () => Promise<string | null>
}>

/** A deed that cannot be taken back: asks before it is done. */
export function ConfirmButton({ label, subject, look = 'danger', question, children, confirm, act }: Props) {
  const [open, setOpen] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const [pending, startDeed] = useTransition()

  function ask() {
    setFailure(null)
    setOpen(true)
  }

  function run() {
    startDeed(async () => {
      const message = await act().catch(
        () => 'The server could not be reached. Reload to see whether it is done.',
      )
      setFailure(message)
      if (message === null) setOpen(false)
    })
  }

  return (
    <>
      <Button size="small" look={look} onClick={ask} aria-haspopup="dialog">
        {label}
        <span className="sr-only"> {subject}</span>
      </Button>
      <Dialog open={open} title={question} onClose={() => setOpen(false)}>
        <div className="flex flex-col gap-5">
          <div className="flex flex-col gap-3 text-left text-ink-soft">{children}</div>
          {failure !== null && <Alert live tone="danger" title={failure} />}
          <div className="flex justify-end gap-2">
            <Button data-initial-focus onClick={() => setOpen(false)}>
              Cancel
            </Button>
            <Button look="danger" pending={pending} onClick={run}>
              {confirm}
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  )
}
