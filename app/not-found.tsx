import type { Metadata } from 'next'
import Link from 'next/link'
import { MessagePage } from '@/components/shell/message-page'
import { buttonClass } from '@/components/ui/button'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <MessagePage
      title="Nothing here"
      action={
        <Link href="/" prefetch={false} className={buttonClass('secondary')}>
          Back to billing
        </Link>
      }
    >
      The page does not exist, or it belongs to another account.
    </MessagePage>
  )
}
