import type { ReactNode } from 'react'
import { ModeBadge } from '@/components/billing/mode-badge'
import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { RowList } from '@/components/ui/row-list'
import type { NumberPlan, NumberPlans } from '@/lib/core/numbers/get-number-plans'
import type { Instant } from '@/lib/kit/clock'
import { NumberName } from './number-name'
import { ReleaseNumber } from './release-number'
import type { ReleaseAction, RenameAction } from './views'

type Props = Readonly<{
  plans: NumberPlans
  now: Instant
  /** Null: the reader may not change numbers. */
  actions: Readonly<{ rename: RenameAction; release: ReleaseAction }> | null
}>

/** The numbers, each with who pays for it, what comes next, and its own deeds. */
export function NumberList({ plans, now, actions }: Props) {
  return (
    <RowList labelledBy="numbers">
      {plans.numbers.map((plan) => (
        <li
          key={plan.id}
          className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-1 px-5 py-3 lg:grid-cols-[minmax(0,1fr)_20rem_auto]"
        >
          <div className="col-span-2 min-w-0 lg:col-span-1">
            <NumberName
              id={plan.id}
              number={plan.number}
              nickname={plan.nickname}
              rename={actions?.rename ?? null}
            />
          </div>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.8125rem] text-ink-soft">
            <ModeBadge mode={plan.mode} />
            <span>{whatComesNext(plan, plans, now)}</span>
          </div>
          {actions !== null && (
            <ReleaseNumber id={plan.id} name={plan.nickname ?? plan.number} release={actions.release}>
              {whatReleaseMeans(plan, plans)}
            </ReleaseNumber>
          )}
        </li>
      ))}
    </RowList>
  )
}

function whatComesNext(
  { mode, rentDueAt }: NumberPlan,
  { cover, rent }: NumberPlans,
  now: Instant,
): ReactNode {
  if (mode === 'FIXED') {
    if (cover === null) return 'Covered by the subscription'
    return (
      <>
        {cover.cancelAtPeriodEnd ? 'Covered until ' : 'Covered, renewed '}
        <Day at={cover.periodEnd} />
      </>
    )
  }
  if (rentDueAt === null || rentDueAt <= now) {
    return (
      <>
        <Amount money={rent} className="text-ink" /> rent is due now
      </>
    )
  }
  return (
    <>
      <Amount money={rent} className="text-ink" /> rent on <Day at={rentDueAt} />
    </>
  )
}

function whatReleaseMeans({ mode, rentDueAt }: NumberPlan, { cover, numbers }: NumberPlans): ReactNode {
  const others = numbers.length > 1 && <p>Your other numbers go on as they are.</p>
  if (mode === 'FIXED' && cover !== null) {
    return (
      <>
        <p>
          It frees a unit of your subscription, which covers the next number that you buy before{' '}
          <Day at={cover.periodEnd} /> at no charge. Without one, the subscription is renewed with a unit
          less. Nothing is refunded.
        </p>
        {numbers.length === 1 && <p>It is your last number, so the subscription then ends on that day.</p>}
        {others}
      </>
    )
  }
  return (
    <>
      <p>
        No more rent is taken for it.
        {rentDueAt !== null && (
          <>
            {' '}
            What was paid until <Day at={rentDueAt} /> is not returned.
          </>
        )}
      </p>
      {others}
    </>
  )
}

function Day({ at }: Readonly<{ at: Instant }>) {
  return <LocalTime at={at.toISOString()} detail="day" />
}
