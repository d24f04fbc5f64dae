import type { Metadata } from 'next'
import { Page } from '@/components/shell/page'
import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button'

export const metadata: Metadata = { title: 'Not found' }

/** Under the console's bar, for staff: whoever is none meets the site's own page before this one. */
export default function ConsoleNotFound() {
  return (
    <Page
      title="Nothing here"
      lead="What you asked for does not exist."
      action={
        <PageLink href="/admin/accounts" className={buttonClass('secondary')}>
          To the accounts
        </PageLink>
      }
    >
      {null}
    </Page>
  )
}
