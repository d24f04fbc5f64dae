import { Amount } from '@/components/money/amount'
import { PageLink } from '@/components/shell/page-link'
import { LocalTime } from '@/components/time/local-time'
import { Badge } from '@/components/ui/badge'
import { buttonClass } from '@/components/ui/button'
import type { Adjustment } from '@/lib/core/adjustments/read-adjustment'
import { CATEGORY_WORDS, codeWords, STATE_WORDS } from './adjustment-words'

type Props = Readonly<{
  adjustment: Adjustment
  withAccount: boolean
  /** Whether there is a way on to the page where it is decided. */
  withReview?: boolean
}>

export function AdjustmentRow({ adjustment, withAccount, withReview = false }: Props) {
  const { id, accountId, accountName, reason, requestedBy, state, amount } = adjustment
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-5 py-3.5">
      <div className="min-w-0 flex-1 basis-72">
        <p className="font-medium wrap-anywhere">
          <DeedWords {...adjustment} />
          {withAccount && (
            <>
              {' for '}
              <PageLink
                href={`/admin/accounts/${String(accountId)}/adjustments`}
                className="rounded-sm underline decoration-line-strong underline-offset-4"
              >
                {accountName}
              </PageLink>
            </>
          )}
        </p>
        <p className="wrap-anywhere text-ink-soft">{reason}</p>
        <People {...adjustment} />
      </div>
      <div className="flex items-center gap-3">
        <Badge tone={STATE_WORDS[state].tone}>{STATE_WORDS[state].text}</Badge>
        <Amount money={amount} className="font-medium" />
        {withReview && state === 'pending' && (
          <PageLink href={`/admin/approvals/${id}`} className={buttonClass('secondary', 'small')}>
            Review
            <span className="sr-only"> what {requestedBy} asked for</span>
          </PageLink>
        )}
      </div>
    </li>
  )
}

/** `Promotional credit until 12 Aug 2026`, or `Undo usage #1004`. */
function DeedWords({ deed }: Pick<Adjustment, 'deed'>) {
  if (deed.kind === 'reversal') return `Undo: ${codeWords(deed.code)} #${String(deed.postingId)}`
  return (
    <>
      {CATEGORY_WORDS[deed.category]}
      {deed.expiresAt !== null && (
        <>
          {' until '}
          <LocalTime at={deed.expiresAt.toISOString()} detail="day" />
        </>
      )}
    </>
  )
}

function People({ requestedBy, requestedAt, decidedBy, decidedAt, note, state, lapsesAt }: Adjustment) {
  return (
    <div className="mt-0.5 text-[0.8125rem] wrap-anywhere text-ink-soft">
      <p>
        {requestedBy}, <LocalTime at={requestedAt.toISOString()} />
        {state === 'pending' && lapsesAt !== null && (
          <>
            {' · lapses '}
            <LocalTime at={lapsesAt.toISOString()} />
          </>
        )}
      </p>
      {decidedBy !== null && decidedAt !== null && (
        <p>
          {STATE_WORDS[state].text} by {decidedBy}, <LocalTime at={decidedAt.toISOString()} />
          {note !== null && `: ${note}`}
        </p>
      )}
    </div>
  )
}
