'use client'

import { useState, useTransition, type ReactNode } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import type { ReleaseAction } from './views'

type Props = Readonly<{
  id: string
  name: string
  release: ReleaseAction
  /** What it frees and what goes on, in words. */
  children: ReactNode
}>

/** Asks before a number is given up: it cannot be had back. */
export function ReleaseNumber({ id, name, release, children }: Props) {
  const [open, setOpen] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const [pending, startRelease] = useTransition()

  function ask() {
    setFailure(null)
    setOpen(true)
  }

  function confirm() {
    startRelease(async () => {
      const message = await release(id).catch(
        () => 'The server could not be reached. Reload to see whether it is released.',
      )
      setFailure(message)
      if (message === null) setOpen(false)
    })
  }

  return (
    <>
      <Button size="small" look="danger" onClick={ask} aria-haspopup="dialog">
        Release<span className="sr-only"> {name}</span>
      </Button>
      <Dialog open={open} title="Release this number?" onClose={() => setOpen(false)}>
        <div className="flex flex-col gap-5">
          <div className="flex flex-col gap-3 text-ink-soft">
            <p>
              <strong className="font-medium break-words text-ink">{name}</strong> takes no calls and messages
              from this moment on. It goes to someone else and cannot be brought back.
            </p>
            {children}
          </div>
          {failure !== null && <Alert live tone="danger" title={failure} />}
          <div className="flex justify-end gap-2">
            <Button data-initial-focus onClick={() => setOpen(false)}>
              Keep it
            </Button>
            <Button look="danger" pending={pending} onClick={confirm}>
              Release number
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  )
}
