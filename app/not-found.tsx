import type { Metadata } from 'next'
import { MessagePage } from '@/components/shell/message-page'
import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <MessagePage
      title="Nothing here"
      action={
        <PageLink href="/" className={buttonClass('secondary')}>
          Back to billing
        </PageLink>
      }
    >
      The page does not exist, or it belongs to another account.
    </MessagePage>
  )
}
