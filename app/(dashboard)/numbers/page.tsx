import { Phone } from 'lucide-react'
import type { Metadata } from 'next'
import { RunningOutNotice } from '@/components/billing/running-out-notice'
import { BuyNumber } from '@/components/numbers/buy-number'
import { FreeUnits } from '@/components/numbers/free-units'
import { NumberList } from '@/components/numbers/number-list'
import { Page } from '@/components/shell/page'
import { Card } from '@/components/ui/card'
import { Empty } from '@/components/ui/empty'
import { getNumberPlans } from '@/lib/core/numbers/get-number-plans'
import { getRunningOut } from '@/lib/core/running-out/get-running-out'
import { requireUser } from '@/lib/http/require-user'
import { buy, quote, release, rename } from './actions'

export const metadata: Metadata = { title: 'Numbers' }

/** Every number with who pays for it and what comes next. Asks only our own database. */
export default async function NumbersPage() {
  const { ctx } = await requireUser()
  const [plans, runningOut] = await Promise.all([getNumberPlans(ctx), getRunningOut(ctx)])
  const mayWrite = ctx.actor.kind === 'user' && ctx.actor.scopes.includes('billing:write')
  const count = plans.numbers.length
  return (
    <Page
      title="Numbers"
      lead="Each is paid for by the balance, month by month, or covered by the subscription."
      action={mayWrite && <BuyNumber actions={{ quote, buy }} />}
    >
      <RunningOutNotice {...runningOut} />
      <Card
        id="numbers"
        title="Your numbers"
        aside={count > 0 && <span className="text-ink-soft tabular-nums">{count}</span>}
      >
        {count === 0 ? (
          <Empty icon={Phone} title="No numbers">
            {mayWrite
              ? 'Buy one, and it takes calls and messages at once.'
              : 'Numbers of this account are listed here with what pays for them.'}
          </Empty>
        ) : (
          <NumberList plans={plans} now={ctx.now()} actions={mayWrite ? { rename, release } : null} />
        )}
        {plans.cover !== null && plans.cover.freeUnits > 0 && (
          <FreeUnits units={plans.cover.freeUnits} until={plans.cover.periodEnd.toISOString()} />
        )}
      </Card>
    </Page>
  )
}
