import { Amount } from '@/components/money/amount'
import { CentsAmount } from '@/components/money/cents-amount'
import { LocalTime } from '@/components/time/local-time'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import type { Allowance } from '@/lib/core/allowance/get-allowance'

/** This month's allowance: what is left of it, and until when. */
export function AllowanceCard({ allowance }: Readonly<{ allowance: Allowance }>) {
  const { planName, limit, remaining, renewsAt } = allowance
  return (
    <Card id="allowance" title="Monthly allowance" aside={<Badge>{planName}</Badge>}>
      <div className="flex flex-col gap-3 p-5 pb-4">
        <p>
          <CentsAmount money={remaining} className="text-lg font-semibold" />
          <span className="text-ink-soft">
            {' '}
            of <Amount money={limit} /> left
          </span>
        </p>
        <Bar share={limit.micros === 0n ? 0 : Number((remaining.micros * 1_000n) / limit.micros) / 1_000} />
      </div>
      <p className="border-t border-line px-5 py-3 text-[0.8125rem] text-ink-soft">
        Spent before your credits, and part of the balance. What is left on{' '}
        <LocalTime at={renewsAt.toISOString()} className="text-ink" /> is replaced by the next month’s.
      </p>
    </Card>
  )
}

/** What is left, as a length: the figures above say the same. */
function Bar({ share }: Readonly<{ share: number }>) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 1000 8"
      preserveAspectRatio="none"
      className="h-2 w-full overflow-hidden rounded-full"
    >
      <rect width="1000" height="8" className="fill-raised" />
      <rect width={share * 1_000} height="8" className="fill-accent" />
    </svg>
  )
}
