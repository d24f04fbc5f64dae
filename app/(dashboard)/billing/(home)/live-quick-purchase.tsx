import { QuickPurchase } from '@/components/purchase/quick-purchase'
import type { Context } from '@/lib/core/context'
import type { Money } from '@/lib/kit/money'
import { buyCredits } from '../purchase-actions'
import { savedMethods } from './saved-methods'

/** The way to add credits with a saved card, where there is one that is good; else how to get there, in its place. */
export async function LiveQuickPurchase({ ctx, balance }: Readonly<{ ctx: Context; balance: Money }>) {
  const answer = await savedMethods(ctx)
  if ('why' in answer) return 'Saved cards cannot be used at the moment.'
  const [first, ...others] = answer.value.filter(({ card }) => card?.expired !== true)
  if (first === undefined) return 'Save a card when you add credits, and the next time one click is enough.'
  return <QuickPurchase methods={[first, ...others]} balance={balance} buy={buyCredits} />
}
