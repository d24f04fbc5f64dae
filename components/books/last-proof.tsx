import { LocalTime } from '@/components/time/local-time'
import type { BooksState } from '@/lib/core/invariants/get-books'

/** What the last proof of the books found, and when. */
export function LastProof({ proved }: Pick<BooksState, 'proved'>) {
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
