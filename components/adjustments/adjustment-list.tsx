import { HandCoins } from 'lucide-react'
import { Empty } from '@/components/ui/empty'
import { RowList } from '@/components/ui/row-list'
import type { Adjustment } from '@/lib/core/adjustments/read-adjustment'
import { AdjustmentRow } from './adjustment-row'

type Props = Readonly<{
  labelledBy: string
  adjustments: readonly Adjustment[]
  /** Whether it is said which account each is of. */
  withAccount?: boolean
  /** What is said where there is none: in a few words, and in a sentence. */
  none: Readonly<{ title: string; text: string }>
}>

/** Adjustments with who asked for them, why, and what became of them; those that wait with the way to decide them. */
export function AdjustmentList({ labelledBy, adjustments, withAccount = false, none }: Props) {
  if (adjustments.length === 0) {
    return (
      <Empty icon={HandCoins} title={none.title}>
        {none.text}
      </Empty>
    )
  }
  return (
    <RowList labelledBy={labelledBy}>
      {adjustments.map((adjustment) => (
        <AdjustmentRow key={adjustment.id} {...{ adjustment, withAccount }} withReview />
      ))}
    </RowList>
  )
}
