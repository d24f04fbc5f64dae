const WORDS: ReadonlyMap<string, string> = new Map([
  ['insufficient_funds', 'The card had insufficient funds.'],
  ['expired_card', 'The card has expired.'],
  ['lost_card', 'The card was reported lost.'],
  ['stolen_card', 'The card was reported stolen.'],
  ['card_velocity_exceeded', 'The card was charged too often, or beyond its limit.'],
  ['processing_error', 'The bank could not process the card.'],
  ['confirmation_expired', 'The bank wanted you to confirm it, and nobody did within a day.'],
  ['payment_method_missing', 'There was no payment method to charge.'],
  ['payment_method_not_found', 'The card was no longer saved.'],
  ['payment_provider_unavailable', 'Stripe did not answer, and nothing was charged.'],
  ['amount_differs', 'Stripe holds a balance for this account, which would have changed the amount.'],
  ['daily_limit_exceeded', 'Left out: the daily limit had no room for it.'],
  ['monthly_cap_exceeded', 'Left out: your monthly limit had no room for it.'],
])

/** Why a charge failed or was left out, in a sentence; null: it is not known. */
export function failureInWords(reason: string | null): string {
  return (reason === null ? undefined : WORDS.get(reason)) ?? 'The card was declined.'
}
