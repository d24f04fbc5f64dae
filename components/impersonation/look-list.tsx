import { Eye } from 'lucide-react'
import { LocalTime } from '@/components/time/local-time'
import { Badge } from '@/components/ui/badge'
import { Empty } from '@/components/ui/empty'
import { RowList } from '@/components/ui/row-list'
import type { LookEnd } from '@/lib/core/impersonation/look-end'
import type { Look, LookedAt } from '@/lib/core/impersonation/read-looks'
import { addressWords } from './address-words'

type Props = Readonly<{ labelledBy: string; looks: readonly Look[] }>

/** Who looked into the account, when, why and at what. */
export function LookList({ labelledBy, looks }: Props) {
  if (looks.length === 0) {
    return (
      <Empty icon={Eye} title="Nobody has looked in">
        When somebody of the staff does, it stands here within a second: who, when, why and at what.
      </Empty>
    )
  }
  return (
    <RowList labelledBy={labelledBy}>
      {looks.map((look) => (
        <LookRow key={String(look.id)} look={look} />
      ))}
    </RowList>
  )
}

const ENDS: Readonly<Record<LookEnd, string>> = {
  stopped: 'Ended by them',
  signed_out: 'Ended as they signed out',
  expired: 'Ended after its time',
  not_staff: 'Ended as they are not staff any more',
  shut_out: 'Ended as staff were let in no more',
  of_staff: 'Ended as staff became a member',
}

function LookRow({
  look: { staff, reason, startedAt, endedAt, endedBy, lookedAt },
}: Readonly<{ look: Look }>) {
  return (
    <li className="flex flex-col gap-2 px-5 py-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <p className="min-w-0 font-medium wrap-anywhere">
          {staff.name ?? staff.email}
          {staff.name !== null && <span className="font-normal text-ink-soft"> {staff.email}</span>}
        </p>
        <p className="text-[0.8125rem] text-ink-soft">
          <LocalTime at={startedAt.toISOString()} />
          {endedAt !== null && (
            <>
              {' to '}
              <LocalTime at={endedAt.toISOString()} />
            </>
          )}
        </p>
      </div>
      <p className="max-w-[75ch] wrap-anywhere">{reason}</p>
      <p className="text-[0.8125rem] text-ink-soft">
        {endedBy === null ? <Badge tone="caution">Looking now</Badge> : `${ENDS[endedBy]}.`}
      </p>
      <Addresses lookedAt={lookedAt} />
    </li>
  )
}

function Addresses({ lookedAt }: Readonly<{ lookedAt: readonly LookedAt[] }>) {
  if (lookedAt.length === 0) return <p className="text-[0.8125rem] text-ink-soft">Looked at nothing.</p>
  const count = lookedAt.length === 1 ? '1 address' : `${String(lookedAt.length)} addresses`
  return (
    <details>
      <summary className="w-fit rounded-sm text-[0.8125rem] text-ink-soft hover:text-ink">
        What was looked at: {count}
      </summary>
      <ul className="mt-2 divide-y divide-line border-l border-line pl-4">
        {lookedAt.map(({ method, path, times, firstAt, lastAt }) => (
          <li
            key={`${method} ${path}`}
            className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5 py-1.5 text-[0.8125rem]"
          >
            <span className="min-w-0 wrap-anywhere">{addressWords(method, path)}</span>
            <span className="text-ink-soft">
              <LocalTime at={firstAt.toISOString()} detail="second" />
              {times > 1 && (
                <>
                  {`, ${String(times)} times, last `}
                  <LocalTime at={lastAt.toISOString()} detail="second" />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}
