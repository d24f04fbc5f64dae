import type { ReactNode } from 'react'
import { Amount } from '@/components/money/amount'
import { PageLink } from '@/components/shell/page-link'
import { LocalTime } from '@/components/time/local-time'
import { WideTable } from '@/components/ui/wide-table'
import type { Difference } from '@/lib/core/reconciliation/get-reconciliation'
import type { Money } from '@/lib/kit/money'
import { AcceptDifference, type AcceptAction } from './accept-difference'
import { KINDS, OBJECTS, reasonWords, RESOLUTIONS } from './difference-words'

type Props = Readonly<{ labelledBy: string; differences: readonly Difference[] }>

const COLUMNS = ['What', 'Whose', 'At Stripe', 'In the books', 'First seen', 'Last seen'] as const

/** Differences that are open, each to be accepted as it is. */
export function OpenDifferences({
  labelledBy,
  differences,
  accept,
}: Props & Readonly<{ accept: AcceptAction }>) {
  return (
    <WideTable labelledBy={labelledBy} columns={[...COLUMNS, { hidden: 'What can be done' }]}>
      {differences.map((difference) => (
        <DifferenceRow key={String(difference.id)} difference={difference}>
          <td className="text-right">
            <AcceptDifference id={String(difference.id)} objectId={difference.objectId} accept={accept} />
          </td>
        </DifferenceRow>
      ))}
    </WideTable>
  )
}

/** Differences that are closed, with how each came to be. */
export function ResolvedDifferences({ labelledBy, differences }: Props) {
  return (
    <WideTable labelledBy={labelledBy} columns={[...COLUMNS, 'Closed']}>
      {differences.map((difference) => (
        <DifferenceRow key={String(difference.id)} difference={difference}>
          <td className="max-w-64">
            {difference.resolution !== null && RESOLUTIONS[difference.resolution]}
            {difference.note !== null && <Soft>{difference.note}</Soft>}
          </td>
        </DifferenceRow>
      ))}
    </WideTable>
  )
}

function DifferenceRow({ difference, children }: Readonly<{ difference: Difference; children: ReactNode }>) {
  const { kind, object, objectId, account, atProvider, inBooks, reason, firstSeenAt, lastSeenAt } = difference
  return (
    <tr>
      <td className="max-w-72">
        <span className="font-medium">
          {OBJECTS[object]}: {KINDS[kind]}
        </span>
        <span className="block font-mono text-xs text-ink-soft">{objectId}</span>
        {reason !== null && <Soft>{reasonWords(reason)}</Soft>}
      </td>
      <td>
        {account === null ? (
          <span className="text-ink-soft">Nobody’s</span>
        ) : (
          <PageLink
            href={`/admin/accounts/${String(account.id)}`}
            className="rounded-sm underline-offset-4 hover:underline"
          >
            {account.name}
          </PageLink>
        )}
      </td>
      <td>
        <Side money={atProvider} />
      </td>
      <td>
        <Side money={inBooks} />
      </td>
      <td className="whitespace-nowrap">
        <LocalTime at={firstSeenAt.toISOString()} />
      </td>
      <td className="whitespace-nowrap">
        <LocalTime at={lastSeenAt.toISOString()} />
      </td>
      {children}
    </tr>
  )
}

function Side({ money }: Readonly<{ money: Money | null }>) {
  return money === null ? <span className="text-ink-soft">Nothing</span> : <Amount money={money} />
}

function Soft({ children }: Readonly<{ children: ReactNode }>) {
  return <span className="block text-[0.8125rem] text-ink-soft">{children}</span>
}
