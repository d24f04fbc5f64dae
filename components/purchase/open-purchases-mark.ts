import type { OpenPurchase } from '@/lib/core/purchases/list-open-purchases'

/** Which purchases have no end yet, and how each stands: another text as soon as anything of it is different. */
export function openPurchasesMark(purchases: readonly OpenPurchase[]): string {
  return purchases.map(({ id, state }) => `${id} ${state}`).join()
}
