import { BookOpen } from 'lucide-react'
import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { Empty } from '@/components/ui/empty'
import { WideTable } from '@/components/ui/wide-table'
import type { LedgerPlace, Posting, Transfer } from '@/lib/core/console/list-postings'
import { ledgerName } from './ledger-words'

type Props = Readonly<{ labelledBy: string; postings: readonly Posting[] }>

const COLUMNS = [
  'Posting',
  'When',
  'Transfers, with what each side held after',
  { amounts: 'Wallet after' },
] as const

/** What was posted, the newest first, in the order in which it was recorded. */
export function PostingTable({ labelledBy, postings }: Props) {
  if (postings.length === 0) {
    return (
      <Empty icon={BookOpen} title="Nothing posted">
        Whatever moves money is listed here, transfer by transfer.
      </Empty>
    )
  }
  return (
    <WideTable labelledBy={labelledBy} columns={COLUMNS}>
      {postings.map((posting) => (
        <PostingRow key={String(posting.id)} posting={posting} />
      ))}
    </WideTable>
  )
}

function PostingRow({ posting }: Readonly<{ posting: Posting }>) {
  const { id, code, reference, target, occurredAt, recordedAt, transfers, wallet } = posting
  const booked = recordedAt.toISOString()
  return (
    <tr>
      <td className="max-w-80">
        <span className="font-medium">{code}</span>{' '}
        <span className="text-ink-soft tabular-nums">{String(id)}</span>
        <span className="block font-mono text-xs wrap-anywhere text-ink-soft">{reference}</span>
        {target !== null && <span className="block text-xs wrap-anywhere text-ink-soft">of {target}</span>}
      </td>
      <td className="whitespace-nowrap">
        <LocalTime at={occurredAt.toISOString()} />
        <span className="block text-[0.8125rem] text-ink-soft" title="In real time">
          booked <LocalTime at={booked} />
        </span>
      </td>
      <td>
        {transfers.length === 0 ? (
          <span className="text-ink-soft">None</span>
        ) : (
          <ul className="flex flex-col gap-1.5">
            {transfers.map((transfer, index) => (
              <TransferLine key={index} transfer={transfer} />
            ))}
          </ul>
        )}
      </td>
      <td className="text-right">
        <Amount money={wallet} className={wallet.micros < 0n ? 'text-danger' : ''} />
      </td>
    </tr>
  )
}

function TransferLine({ transfer: { amount, from, to } }: Readonly<{ transfer: Transfer }>) {
  return (
    <li className="grid grid-cols-[6rem_auto] gap-x-4">
      <Amount money={amount} className="text-right font-medium" />
      <span className="whitespace-nowrap">
        <Place place={from} /> <span className="text-ink-soft">to</span> <Place place={to} />
      </span>
    </li>
  )
}

function Place({ place: { kind, grantId, balance } }: Readonly<{ place: LedgerPlace }>) {
  return (
    <>
      {grantId === null ? ledgerName(kind) : `Grant ${String(grantId)}`}{' '}
      <span className="text-ink-soft">
        (<Amount money={balance} />)
      </span>
    </>
  )
}
