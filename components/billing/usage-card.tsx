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

/** A phone shows what it was and what it cost, and puts when and which number below; a desktop has a column each. */
function UsageTable({ usage }: Readonly<{ usage: readonly Usage[] }>) {
  return (
    <table aria-labelledby="usage" className="w-full table-fixed">
      <thead className="border-b border-line">
        <tr>
          <th scope="col" className={`${HEAD} pl-5`}>
            What
          </th>
          <th scope="col" className={`${HEAD} hidden w-40 md:table-cell`}>
            Number
          </th>
          <th scope="col" className={`${HEAD} hidden w-24 text-right md:table-cell`}>
            Quantity
          </th>
          <th scope="col" className={`${HEAD} hidden w-44 pl-8 md:table-cell`}>
            When
          </th>
          <th scope="col" className={`${HEAD} w-32 pr-5 text-right`}>
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
  const number = entry.number === null ? null : <PhoneNumber number={entry.number} />
  return (
    <tr>
      <td className="py-2.5 pl-5">
        <div className="truncate font-medium md:font-normal">{entry.fareName}</div>
        <div className="truncate text-[0.8125rem] text-ink-soft md:hidden">
          <LocalTime at={entry.occurredAt.toISOString()} />
        </div>
      </td>
      <td className="hidden text-ink-soft md:table-cell">{number ?? '–'}</td>
      <td className="hidden text-right text-ink-soft tabular-nums md:table-cell">{entry.billedQuantity}</td>
      <td className="hidden pl-8 text-ink-soft md:table-cell">
        <LocalTime at={entry.occurredAt.toISOString()} />
      </td>
      <td className="pr-5 text-right">
        {entry.attribution === 'entitlement' ? (
          <Badge tone="accent" title="Covered by the subscription: nothing left the balance">
            Covered
          </Badge>
        ) : (
          <Amount money={entry.total} />
        )}
      </td>
    </tr>
  )
}
