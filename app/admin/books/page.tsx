import type { Metadata } from 'next'
import { ChapterCard } from '@/components/books/chapter-card'
import { LastProof } from '@/components/books/last-proof'
import { ProveForm } from '@/components/books/prove-form'
import { Page } from '@/components/shell/page'
import { Alert } from '@/components/ui/alert'
import { getBooks, type BooksState } from '@/lib/core/invariants/get-books'
import { CHAPTERS } from '@/lib/core/invariants/laws'
import { requireStaffUser } from '@/lib/http/require-staff'
import { prove } from './actions'

export const metadata: Metadata = { title: 'Books' }

export default async function BooksPage() {
  const { ctx } = await requireStaffUser()
  const books = await getBooks(ctx)
  return (
    <Page title="Books" lead={<LastProof proved={books.proved} />} action={<ProveForm prove={prove} />}>
      <div className="flex flex-col gap-5">
        <Since since={books.since} />
        {CHAPTERS.map((chapter, index) => (
          <ChapterCard
            key={chapter.title}
            id={`chapter-${String(index)}`}
            chapter={chapter}
            violations={books.proved?.violations ?? null}
          />
        ))}
      </div>
    </Page>
  )
}

function Since({ since }: Readonly<{ since: BooksState['since'] }>) {
  if (since === null) return null
  if (since.state === 'failed') {
    return (
      <Alert tone="danger" title="The last attempt came to nothing">
        {since.error}
      </Alert>
    )
  }
  return <Alert tone="note" title="The books are being proved: reload in a moment." />
}
