import { Phone } from 'lucide-react'
import type { ReactNode } from 'react'
import { Card } from '@/components/ui/card'
import { Empty } from '@/components/ui/empty'
import { Row, RowList } from '@/components/ui/row-list'
import type { HeldNumber } from '@/lib/core/wallets/read-billing'
import { ModeBadge } from './mode-badge'
import { PhoneNumber } from './phone-number'

/** The account's numbers, each with what pays for it. `price` is the line about subscriptions, from Stripe. */
export function NumbersCard({
  numbers,
  price,
}: Readonly<{ numbers: readonly HeldNumber[]; price: ReactNode }>) {
  return (
    <Card
      id="numbers"
      title="Numbers"
      aside={numbers.length > 0 && <span className="text-ink-soft tabular-nums">{numbers.length}</span>}
    >
      {numbers.length === 0 ? (
        <Empty icon={Phone} title="No numbers">
          Numbers of this account are listed here with what pays for them.
        </Empty>
      ) : (
        <RowList labelledBy="numbers">
          {numbers.map((entry) => (
            <NumberRow key={entry.id} entry={entry} />
          ))}
        </RowList>
      )}
      <div className="mt-auto border-t border-line min-h-16 px-5 py-3 text-[0.8125rem] text-ink-soft sm:min-h-11">
        {price}
      </div>
    </Card>
  )
}

function NumberRow({ entry }: Readonly<{ entry: HeldNumber }>) {
  const number = <PhoneNumber number={entry.number} />
  return (
    <Row title={entry.nickname ?? number} detail={entry.nickname === null ? undefined : number}>
      <ModeBadge mode={entry.mode} />
    </Row>
  )
}
