'use client'

import { useState, useTransition } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Alert } from '@/components/ui/alert'
import { NewToken } from './new-token'

/** The token, or why there is none. */
export type StartSessionAction = () => Promise<
  Readonly<{ token: string; message: null }> | Readonly<{ token: null; message: string }>
>

/** Makes a token that stands for this sign-in, and shows it once. */
export function StartSession({ start }: Readonly<{ start: StartSessionAction }>) {
  const [answer, setAnswer] = useState<Awaited<ReturnType<StartSessionAction>> | null>(null)
  const [pending, begin] = useTransition()

  function make() {
    begin(async () => {
      setAnswer(await start().catch(() => ({ token: null, message: 'The server could not be reached.' })))
    })
  }

  const close = () => setAnswer(null)
  return (
    <>
      <Button size="small" pending={pending} onClick={make} aria-haspopup="dialog">
        Get a session token
      </Button>
      <Dialog open={answer !== null} title="Session token" onClose={close}>
        {answer?.token != null && <NewToken value={answer.token} onDone={close} />}
        {answer?.message != null && <Alert live tone="danger" title={answer.message} />}
      </Dialog>
    </>
  )
}
