import type { PaymentReturn } from '../ports/payment-provider'

/** `claws`: the credit is taken back; `holds`: what is left of it is frozen; `none`: it stays, or is given back. */
export type ReturnEffect = 'claws' | 'holds' | 'none'

const OPEN_DISPUTES: ReadonlySet<string> = new Set([
  'needs_response',
  'under_review',
  'appeal_needs_response',
  'appeal_under_review',
])

/**
 * What follows for the credit of a payment from something that takes it back, as the provider says it stands now. A refund
 * counts from the moment it is made, since the money is on its way; a dispute is decided by the bank, and an inquiry has
 * moved nothing yet; where the provider has a word that we do not know, what it has done with the money decides.
 */
export function decideEffect({ kind, state, isWithdrawn }: PaymentReturn): ReturnEffect {
  switch (kind) {
    case 'refund':
      return isWithdrawn ? 'claws' : 'none'
    case 'warning':
      return state === 'actionable' ? 'holds' : 'none'
    case 'dispute':
      return effectOfDispute(state, isWithdrawn)
  }
}

function effectOfDispute(state: string, isWithdrawn: boolean): ReturnEffect {
  if (state === 'lost') return 'claws'
  if (state === 'won' || state.startsWith('warning_')) return 'none'
  // Paid back to the holder of the card before it became a dispute.
  if (state === 'prevented') return isWithdrawn ? 'claws' : 'none'
  return OPEN_DISPUTES.has(state) || isWithdrawn ? 'holds' : 'none'
}
