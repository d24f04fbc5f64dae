import type { CreditItem } from '@/lib/core/activity/activity-item'

/** What credit that came or went is called. */
export const CREDIT_WORDS: Readonly<Record<CreditItem['kind'], string>> = {
  card: 'Card payment',
  welcome: 'Welcome credit',
  manual: 'Added by staff',
  allowance: 'Monthly allowance',
  repayment: 'Repaid with the subscription',
  refund: 'Refund',
  dispute: 'Disputed payment',
  hold: 'Frozen while a payment is disputed',
  release: 'Free again after a dispute',
  expiry: 'Credit expired',
  correction: 'Correction',
}
