import { Undo2 } from 'lucide-react'
import { PhoneNumber } from '@/components/billing/phone-number'
import { Amount } from '@/components/money/amount'
import { PageLink } from '@/components/shell/page-link'
import { LocalTime } from '@/components/time/local-time'
import { buttonClass } from '@/components/ui/button'
import { Empty } from '@/components/ui/empty'
import { Row, RowList } from '@/components/ui/row-list'
import type { Correctable } from '@/lib/core/adjustments/list-correctable'
import { codeWords } from './adjustment-words'

type Props = Readonly<{
  labelledBy: string
  /** The page of the account's corrections. */
  path: string
  postings: readonly Correctable[]
}>

/** Postings that can be undone by hand, each with the way to do so. */
export function CorrectableList({ labelledBy, path, postings }: Props) {
  if (postings.length === 0) {
    return (
      <Empty icon={Undo2} title="Nothing to undo">
        Usage, rent and credit that did not come from Stripe are listed here.
      </Empty>
    )
  }
  return (
    <RowList labelledBy={labelledBy}>
      {postings.map(({ postingId, code, subject, total, occurredAt }) => (
        <Row
          key={String(postingId)}
          title={code === 'usage' && subject !== null ? subject : codeWords(code)}
          detail={
            <>
              #{String(postingId)} · <LocalTime at={occurredAt.toISOString()} />
              {code === 'rent' && subject !== null && (
                <>
                  {' · '}
                  <PhoneNumber number={subject} />
                </>
              )}
            </>
          }
        >
          <Amount money={total} className="font-medium" />
          <PageLink href={`${path}/${String(postingId)}`} className={buttonClass('secondary', 'small')}>
            Undo<span className="sr-only"> posting {String(postingId)}</span>
          </PageLink>
        </Row>
      ))}
    </RowList>
  )
}
