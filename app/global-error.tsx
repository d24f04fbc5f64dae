'use client'

import { MessagePage } from '@/components/shell/message-page'
import { Button } from '@/components/ui/button'
import { sans } from './fonts'
import './globals.css'

type Props = Readonly<{ error: Error & { digest?: string }; reset: () => void }>

/** Stands in for the root layout when that itself failed. */
export default function GlobalError({ error, reset }: Props) {
  return (
    <html lang="en" className={sans.variable}>
      <body>
        <title>Talktime</title>
        <MessagePage
          title="Talktime does not answer"
          reference={error.digest}
          action={
            <Button look="primary" onClick={reset}>
              Try again
            </Button>
          }
        >
          Nothing was charged and your balance is not affected. Please try again in a moment.
        </MessagePage>
      </body>
    </html>
  )
}
