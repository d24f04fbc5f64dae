import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { Alert } from '@/components/ui/alert'
import type { LadderStep, RunningOut, UnpaidRelease } from '@/lib/core/running-out/get-running-out'
import { PhoneNumber } from './phone-number'

type Props = Readonly<{ threat: RunningOut | null; release: UnpaidRelease | null }>

/** Said while the balance is below zero: what happens when, and what keeps the numbers. Nothing where nothing threatens. */
export function RunningOutNotice({ threat, release }: Props) {
  if (threat === null && release === null) return null
  return (
    <div className="mb-5 flex flex-col gap-3">
      {threat !== null && <Threat threat={threat} />}
      {release !== null && <Lost release={release} />}
    </div>
  )
}

function Threat({ threat }: Readonly<{ threat: RunningOut }>) {
  const { owed, releaseAt, daysLeft, steps } = threat
  const debt = <Amount money={owed} className="font-medium text-ink" />
  if (releaseAt === null) {
    return (
      <Alert tone="note" title="The balance is below zero, and the subscription keeps your numbers">
        {debt} is owed. The days of grace stand still; should the subscription end, {inDays(daysLeft)} of them
        are left.
      </Alert>
    )
  }
  return (
    <Alert
      tone="danger"
      title={
        <>
          Your numbers will be released on <LocalTime at={releaseAt.toISOString()} />
        </>
      }
    >
      <p>
        The balance is {debt} below zero. Bring it back to zero or above in the {inDays(daysLeft)} that are
        left, and you keep every number.
      </p>
      <Ladder steps={steps} />
    </Alert>
  )
}

const WORDS: Readonly<Record<LadderStep['step'], string>> = {
  'below-zero': 'Went below zero',
  week: 'A week is left',
  day: 'The last day',
  release: 'Numbers released',
}

/** The way down, step by step: those behind are filled, those to come are not. */
function Ladder({ steps }: Readonly<{ steps: readonly LadderStep[] }>) {
  return (
    <ol aria-label="What happens when" className="mt-4 mb-1 grid gap-y-3 sm:grid-cols-4">
      {steps.map(({ step, at, isReached }) => (
        <li
          key={step}
          aria-current={isReached ? 'step' : undefined}
          className="group relative flex gap-3 sm:flex-col sm:gap-2"
        >
          <span
            aria-hidden
            className="absolute top-3 -bottom-3 left-1 w-px bg-line-strong group-last:hidden sm:top-1 sm:right-0 sm:bottom-auto sm:left-3 sm:h-px sm:w-auto"
          />
          <span
            aria-hidden
            className={`relative mt-1 size-2.25 shrink-0 rounded-full border sm:mt-0 ${isReached ? 'border-danger bg-danger' : 'border-line-strong bg-danger-wash'}`}
          />
          <span className="min-w-0 pr-2">
            <span className={`block text-[0.8125rem] font-medium ${isReached ? 'text-danger' : 'text-ink'}`}>
              {WORDS[step]}
            </span>
            <span className="block text-[0.8125rem]">
              <LocalTime at={at.toISOString()} />
            </span>
          </span>
        </li>
      ))}
    </ol>
  )
}

function Lost({ release: { at, numbers } }: Readonly<{ release: UnpaidRelease }>) {
  return (
    <Alert
      tone="caution"
      title={
        <>
          {numbers.length === 1 ? 'A number was' : `${numbers.length} numbers were`} released on{' '}
          <LocalTime at={at.toISOString()} detail="day" />
        </>
      }
    >
      The balance had been below zero for 30 days:{' '}
      {numbers.map((number, index) => (
        <span key={number}>
          {index > 0 && ', '}
          <PhoneNumber number={number} />
        </span>
      ))}
      . They cannot be brought back; new ones can be bought.
    </Alert>
  )
}

function inDays(days: number): string {
  return days === 1 ? '1 day' : `${days} days`
}
