import { Activity } from 'lucide-react'
import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { Empty } from '@/components/ui/empty'
import type { UsageRow as Usage } from '@/lib/core/wallets/read-billing'
import { PhoneNumber } from './phone-number'

/** The newest usage and what each piece of it cost, to the last digit. */
export function UsageCard({ usage }: Readonly<{ usage: readonly Usage[] }>) {
  return (
    <Card id="usage" title="Recent usage">
      {usage.length === 0 ? (
        <Empty icon={Activity} title="No usage yet">
          Calls and messages appear here as they happen, each with what it cost.
        </Empty>
      ) : (
        <UsageTable usage={usage} />
      )}
    </Card>
  )
}

const HEAD = 'py-2 text-left text-xs font-medium text-ink-soft'

/** A phone puts the moment below what it was; where there is room it has a column of its own. */
function UsageTable({ usage }: Readonly<{ usage: readonly Usage[] }>) {
  return (
    <table aria-labelledby="usage" className="w-full table-fixed">
      <thead className="border-b border-line">
        <tr>
          <th scope="col" className={`${HEAD} pl-5`}>
            What
          </th>
          <th scope="col" className={`${HEAD} w-18 text-right`}>
            Quantity
          </th>
          <th scope="col" className={`${HEAD} hidden w-42 pl-8 sm:table-cell`}>
            When
          </th>
          <th scope="col" className={`${HEAD} w-27 pr-5 text-right`}>
            Cost
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {usage.map((entry, index) => (
          <UsageRow key={index} entry={entry} />
        ))}
      </tbody>
    </table>
  )
}

function UsageRow({ entry }: Readonly<{ entry: Usage }>) {
  const at = entry.occurredAt.toISOString()
  return (
    <tr>
      <td className="py-2.5 pl-5">
        <div className="truncate font-medium">{entry.fareName}</div>
        <div className="truncate text-[0.8125rem] text-ink-soft">
          {entry.number !== null && <PhoneNumber number={entry.number} />}
          <span className="block sm:hidden">
            <LocalTime at={at} />
          </span>
        </div>
      </td>
      <td className="text-right text-ink-soft tabular-nums">{entry.billedQuantity}</td>
      <td className="hidden pl-8 text-ink-soft sm:table-cell">
        <LocalTime at={at} />
      </td>
      <td className="pr-5 text-right">
        {entry.attribution === 'entitlement' ? (
          <Badge tone="accent" title="Covered by the subscription: nothing left the balance">
            Covered
          </Badge>
        ) : (
          <Amount money={entry.total} className="font-medium" />
        )}
      </td>
    </tr>
  )
}
