'use client'

import { useActionState } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'

type Props = Readonly<{
  token: string
  /** Answers why not; otherwise the page is another. */
  accept: (message: string | null, form: FormData) => Promise<string | null>
}>

export function AcceptForm({ token, accept }: Props) {
  const [message, submit, pending] = useActionState(accept, null)
  return (
    <form action={submit} className="flex flex-col items-start gap-4">
      {message !== null && <Alert live tone="danger" title={message} />}
      <input type="hidden" name="token" value={token} />
      <Button look="primary" type="submit" pending={pending}>
        Accept invitation
      </Button>
    </form>
  )
}
