'use client'

import { useState, useTransition } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'

/** Null when the key is revoked, else what went wrong in a sentence. */
export type RevokeAction = (keyId: string) => Promise<string | null>

type Props = Readonly<{ id: string; name: string; revoke: RevokeAction }>

/** Asks before it ends a key: programs that use it stop working at once. */
export function RevokeKey({ id, name, revoke }: Props) {
  const [open, setOpen] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const [pending, startRevoke] = useTransition()

  function confirm() {
    startRevoke(async () => {
      const message = await revoke(id).catch(() => 'The server could not be reached. The key still works.')
      setFailure(message)
      if (message === null) setOpen(false)
    })
  }

  return (
    <>
      <Button size="small" look="danger" onClick={() => setOpen(true)} aria-haspopup="dialog">
        Revoke<span className="sr-only"> {name}</span>
      </Button>
      <Dialog open={open} title="Revoke this key?" onClose={() => setOpen(false)}>
        <div className="flex flex-col gap-5">
          <p className="text-ink-soft">
            Programs that use <strong className="font-medium break-words text-ink">{name}</strong> are refused
            from this moment on. A revoked key cannot be brought back.
          </p>
          {failure !== null && <Alert live tone="danger" title={failure} />}
          <div className="flex justify-end gap-2">
            <Button data-initial-focus onClick={() => setOpen(false)}>
              Keep it
            </Button>
            <Button look="danger" pending={pending} onClick={confirm}>
              Revoke key
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  )
}
