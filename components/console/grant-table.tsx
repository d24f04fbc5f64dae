import { Gift } from 'lucide-react'
import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { Badge } from '@/components/ui/badge'
import { Empty } from '@/components/ui/empty'
import { WideTable } from '@/components/ui/wide-table'
import type { Grant } from '@/lib/core/console/list-grants'
import type { Instant } from '@/lib/kit/clock'

type Props = Readonly<{ labelledBy: string; grants: readonly Grant[]; now: Instant }>

const COLUMNS = [
  'Grant',
  'From',
  'Granted',
  'Expires',
  { amounts: 'Credit' },
  { amounts: 'Taken back' },
  { amounts: 'Left' },
] as const

/** Every credit, and what is left of it. */
export function GrantTable({ labelledBy, grants, now }: Props) {
  if (grants.length === 0) {
    return (
      <Empty icon={Gift} title="No grants">
        Every credit that comes in is a grant, of which what is left stands here.
      </Empty>
    )
  }
  return (
    <WideTable labelledBy={labelledBy} columns={COLUMNS}>
      {grants.map((grant) => (
        <tr key={String(grant.id)}>
          <td>
            <span className="font-medium tabular-nums">{String(grant.id)}</span>{' '}
            <Badge>{grant.category}</Badge>
          </td>
          <td>
            {grant.code}
            <span className="block font-mono text-xs text-ink-soft">{grant.reference}</span>
          </td>
          <td className="whitespace-nowrap">
            <LocalTime at={grant.grantedAt.toISOString()} />
          </td>
          <td className="whitespace-nowrap">
            <Expiry grant={grant} now={now} />
          </td>
          <td className="text-right">
            <Amount money={grant.total} />
          </td>
          <td className="text-right">
            {grant.clawedBack.micros === 0n ? '–' : <Amount money={grant.clawedBack} />}
          </td>
          <td className="text-right">
            <Amount
              money={grant.left}
              className={grant.left.micros === 0n ? 'text-ink-soft' : 'font-medium'}
            />
          </td>
        </tr>
      ))}
    </WideTable>
  )
}

/** What is due is expired before anything else is looked at, and counts as gone already. */
function Expiry({ grant: { expiresAt, left }, now }: Readonly<{ grant: Grant; now: Instant }>) {
  if (expiresAt === null) return 'never'
  return (
    <>
      <LocalTime at={expiresAt.toISOString()} />
      {expiresAt <= now && left.micros > 0n && (
        <span className="ml-2">
          <Badge tone="caution">Due</Badge>
        </span>
      )}
    </>
  )
}
