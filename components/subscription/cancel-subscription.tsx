'use client'

import { useState, useTransition } from 'react'
import { LocalTime } from '@/components/time/local-time'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import type { CancellationAction } from './views'

type Props = Readonly<{ /** ISO 8601. */ periodEnd: string; cancel: CancellationAction }>

const UNREACHABLE = 'The server could not be reached. Reload to see how it stands.'

/** Asks before the subscription is not renewed. */
export function CancelSubscription({ periodEnd, cancel }: Props) {
  const [open, setOpen] = useState(false)
  const { failure, pending, run } = useDeed(cancel, () => setOpen(false))
  return (
    <>
      <Button look="danger" onClick={() => setOpen(true)} aria-haspopup="dialog">
        Cancel subscription
      </Button>
      <Dialog open={open} title="Cancel the subscription?" onClose={() => setOpen(false)}>
        <div className="flex flex-col gap-5">
          <p className="text-ink-soft">
            Your numbers stay covered until{' '}
            <strong className="font-medium text-ink">
              <LocalTime at={periodEnd} />
            </strong>
            . Then they are pay as you go: rent, calls and messages are paid from the balance. Nothing is
            refunded, and until that day you can resume.
          </p>
          {failure !== null && <Alert live tone="danger" title={failure} />}
          <div className="flex flex-wrap justify-end gap-2">
            <Button data-initial-focus onClick={() => setOpen(false)}>
              Keep it
            </Button>
            <Button look="danger" pending={pending} onClick={run}>
              Cancel at period end
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  )
}

/** Takes a scheduled end back: nothing is charged today, so nothing is asked. */
export function ResumeSubscription({ resume }: Readonly<{ resume: CancellationAction }>) {
  const { failure, pending, run } = useDeed(resume, () => undefined)
  return (
    <>
      {failure !== null && (
        <p role="alert" className="mr-auto text-danger">
          {failure}
        </p>
      )}
      <Button look="primary" pending={pending} onClick={run}>
        Resume subscription
      </Button>
    </>
  )
}

function useDeed(deed: CancellationAction, onDone: () => void) {
  const [failure, setFailure] = useState<string | null>(null)
  const [pending, start] = useTransition()
  const run = () =>
    start(async () => {
      const message = await deed().catch(() => UNREACHABLE)
      setFailure(message)
      if (message === null) onDone()
    })
  return { failure, pending, run }
}
