import { type Money, floorCents, usdFromCents } from '@/lib/kit/money'
import { Amount } from './amount'

type Props = Readonly<{ money: Money; className?: string }>

/** What is left of something, in whole cents, rounded toward minus infinity as the balance is. */
export function CentsAmount({ money, className }: Props) {
  return <Amount money={usdFromCents(floorCents(money))} {...(className !== undefined && { className })} />
}
