'use client'

import { MessagePage } from '@/components/shell/message-page'
import { Button } from '@/components/ui/button'

type Props = Readonly<{ error: Error & { digest?: string }; reset: () => void }>

/** Any page that failed. What went wrong is in the server's log under the reference, not on the screen. */
export default function ErrorPage({ error, reset }: Props) {
  return (
    <MessagePage
      title="Something went wrong on our side"
      reference={error.digest}
      action={
        <Button look="primary" onClick={reset}>
          Try again
        </Button>
      }
    >
      The page could not be shown. Nothing was charged and your balance is not affected.
    </MessagePage>
  )
}
