/** What came of comparing one object. */
export type Checked = 'agrees' | 'repaired' | 'differs' | 'not_ours'

/** Reasons for which something was left to staff that say that nothing of ours asked for it. */
export const NOT_OURS: ReadonlySet<string> = new Set([
  'order_unknown',
  'customer_unknown',
  'customer_differs',
  'no_invoice',
])
