'use client'

import { useState, useTransition } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'

type Props = Readonly<{
  /** `Visa ending in 4242`. */
  name: string
  isDefault: boolean
  /** Null when it is removed, else what went wrong in a sentence. */
  remove: () => Promise<string | null>
  onRemoved: () => void
}>

/** Asks before it removes a payment method: it cannot be brought back, only saved anew. */
export function RemoveMethod({ name, isDefault, remove, onRemoved }: Props) {
  const [open, setOpen] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const [pending, startRemoval] = useTransition()

  function ask() {
    setFailure(null)
    setOpen(true)
  }

  function confirm() {
    startRemoval(async () => {
      const message = await remove()
      setFailure(message)
      if (message !== null) return
      setOpen(false)
      onRemoved()
    })
  }

  return (
    <>
      <Button size="small" look="danger" onClick={ask} aria-haspopup="dialog">
        Remove<span className="sr-only"> {name}</span>
      </Button>
      <Dialog open={open} title="Remove this payment method?" onClose={() => setOpen(false)}>
        <div className="flex flex-col gap-5">
          <p className="text-ink-soft">
            Nothing can be paid with <strong className="font-medium break-words text-ink">{name}</strong>{' '}
            until it is saved again.
            {isDefault && ' It is the default: the next one in the list, if there is one, takes its place.'}
          </p>
          {failure !== null && <Alert live tone="danger" title={failure} />}
          <div className="flex justify-end gap-2">
            <Button data-initial-focus onClick={() => setOpen(false)}>
              Keep it
            </Button>
            <Button look="danger" pending={pending} onClick={confirm}>
              Remove
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  )
}
