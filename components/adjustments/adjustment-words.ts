import type { BadgeTone } from '@/components/ui/badge'
import type { AdjustmentState, AdjustmentTerms } from '@/lib/core/adjustments/adjustment'
import type { Side } from '@/lib/core/adjustments/preview-adjustment'

type Category = Extract<AdjustmentTerms, { kind: 'grant' }>['category']

export const CATEGORY_WORDS: Readonly<Record<Category, string>> = {
  promotional: 'Promotional credit',
  purchased: 'Purchased credit',
}

export const STATE_WORDS: Readonly<Record<AdjustmentState, Readonly<{ text: string; tone: BadgeTone }>>> = {
  pending: { text: 'Waits for approval', tone: 'caution' },
  made: { text: 'Made', tone: 'accent' },
  declined: { text: 'Declined', tone: 'plain' },
  withdrawn: { text: 'Withdrawn', tone: 'plain' },
  lapsed: { text: 'Lapsed', tone: 'plain' },
}

/** What a posting is called by its code; the code itself where it is none that is undone by hand. */
export function codeWords(code: string): string {
  return CODES.get(code) ?? code
}

const CODES: ReadonlyMap<string, string> = new Map([
  ['usage', 'Usage'],
  ['rent', 'Rent of a number'],
  ['deposit_welcome', 'Welcome credit'],
  ['deposit_manual', 'Credit by hand'],
  ['allowance', 'Monthly allowance'],
])

/** What one side of a transfer is called. */
export function sideWords({ kind, category }: Side): string {
  if (category === null) return SIDES.get(kind) ?? kind
  return category === 'allowance' ? 'Allowance' : CATEGORY_WORDS[category]
}

const SIDES: ReadonlyMap<string, string> = new Map([
  ['overdraft', 'Overdraft'],
  ['promotions', 'Promotions'],
  ['usage', 'Usage'],
  ['rent', 'Rent'],
  ['expired', 'Expired credit'],
  ['stripe', 'Stripe'],
])
