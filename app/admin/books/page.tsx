import type { Metadata } from 'next'
import { ChapterCard } from '@/components/books/chapter-card'
import { ProveForm } from '@/components/books/prove-form'
import { Page } from '@/components/shell/page'
import { LocalTime } from '@/components/time/local-time'
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
    <Page title="Books" lead={<LastProof {...books} />} action={<ProveForm prove={prove} />}>
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

function LastProof({ proved }: BooksState) {
  if (proved === null) return <>Nothing was proved yet: the worker does it every day.</>
  const { at, milliseconds, violations } = proved
  const count = new Set(violations.map(({ law }) => law)).size
  return (
    <>
      {count === 0 ? 'Every law holds' : `${String(count)} ${count === 1 ? 'law is' : 'laws are'} broken`}:
      proved <LocalTime at={at.toISOString()} />, in {(milliseconds / 1000).toFixed(1)} s.
    </>
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
