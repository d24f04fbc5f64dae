import { Check, X } from 'lucide-react'
import { PageLink } from '@/components/shell/page-link'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { Icon } from '@/components/ui/icon'
import type { Violation } from '@/lib/core/invariants/check-invariants'
import type { Chapter } from '@/lib/core/invariants/laws'

/** More of one law would say nothing new. */
const SHOWN_MAX = 20

type Props = Readonly<{
  id: string
  chapter: Chapter
  /** Of all laws; null where nothing was proved yet. */
  violations: readonly Violation[] | null
}>

/** The laws of a part of the books, each with whether it holds and where it does not. */
export function ChapterCard({ id, chapter: { title, laws }, violations }: Props) {
  return (
    <Card id={id} title={title}>
      <ul aria-labelledby={id} className="divide-y divide-line">
        {Object.entries(laws).map(([law, words]) => (
          <Law
            key={law}
            words={words}
            broken={violations?.filter((violation) => violation.law === law) ?? null}
          />
        ))}
      </ul>
    </Card>
  )
}

function Law({ words, broken }: Readonly<{ words: string; broken: readonly Violation[] | null }>) {
  return (
    <li className="px-5 py-2.5">
      <div className="flex items-start justify-between gap-4">
        <p>{words}</p>
        <Verdict count={broken?.length ?? null} />
      </div>
      {broken !== null && broken.length > 0 && (
        <ul className="mt-1.5 flex flex-col gap-1 text-[0.8125rem] text-ink-soft">
          {broken.slice(0, SHOWN_MAX).map(({ accountId, rowId, detail }, index) => (
            <li key={index} className="wrap-anywhere">
              <PageLink
                href={`/admin/accounts/${String(accountId)}`}
                className="rounded-sm text-ink underline underline-offset-4"
              >
                Account {String(accountId)}
              </PageLink>
              {rowId !== null && ` · row ${String(rowId)}`} ·{' '}
              <span className="font-mono text-xs">{detail}</span>
            </li>
          ))}
          {broken.length > SHOWN_MAX && <li>and {broken.length - SHOWN_MAX} more</li>}
        </ul>
      )}
    </li>
  )
}

function Verdict({ count }: Readonly<{ count: number | null }>) {
  if (count === null) return <Badge>Not proved yet</Badge>
  if (count > 0) {
    return (
      <Badge tone="danger">
        <Icon of={X} size={14} className="mr-1" />
        Broken
      </Badge>
    )
  }
  return (
    <span className="flex shrink-0 items-center gap-1 text-[0.8125rem] text-ink-soft">
      <Icon of={Check} size={16} className="text-accent" />
      Holds
    </span>
  )
}
