import { Amount } from '@/components/money/amount'
import { Card } from '@/components/ui/card'
import { decideWorstCase, type WorstCaseTerms } from '@/lib/core/auto-top-ups/decide-worst-case'
import { monthName, worstCaseWords } from './worst-case-words'

type Props = Readonly<{
  /** Null while what is typed cannot be read. */
  terms: WorstCaseTerms | null
  /** ISO 8601. */
  now: string
}>

/** What topping up by itself can cost in this month at most, in figures and in words, for what the form says now. */
export function WorstCaseCard({ terms, now }: Props) {
  const at = new Date(now)
  const worst = terms === null ? null : decideWorstCase(terms, at)
  return (
    <Card id="worst-case" title={`At most in ${monthName(at)}`} className="self-start">
      <div className="flex flex-col gap-3 p-5">
        <p className="text-[2rem] leading-10 font-semibold tracking-tight">
          {worst === null ? <span className="text-ink-soft">–</span> : <Amount money={worst.total} />}
        </p>
        <p className="text-ink-soft" role="status">
          {terms === null || worst === null
            ? 'Fill in the amounts to see what it can cost.'
            : worstCaseWords(terms, worst, at)}
        </p>
      </div>
    </Card>
  )
}
