'use client'

import { useState, useTransition } from 'react'
import { Button } from '@/components/ui/button'
import type { Outcome } from './views'

type Props = Readonly<{ email: string; resend: () => Outcome }>

/** Sends a new link, which replaces the one before, and says so on the spot. */
export function ResendInvitation({ email, resend }: Props) {
  const [answer, setAnswer] = useState('')
  const [pending, startSending] = useTransition()

  function send() {
    startSending(async () => {
      const failure = await resend().catch(() => 'The server could not be reached.')
      setAnswer(failure ?? 'Sent')
    })
  }

  return (
    <>
      <span role="status" className="text-[0.8125rem] text-ink-soft empty:sr-only">
        {answer}
      </span>
      <Button size="small" pending={pending} onClick={send}>
        Send again<span className="sr-only"> to {email}</span>
      </Button>
    </>
  )
}
