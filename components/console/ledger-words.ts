/** What the ledger accounts of the chart are called, and what their balance is. */
export const LEDGER_WORDS: Readonly<Record<string, Readonly<{ name: string; holds: string }>>> = {
  overdraft: { name: 'Overdraft', holds: 'What was used beyond all credit' },
  held: { name: 'Held', holds: 'Credit that a dispute has frozen' },
  stripe: { name: 'Stripe', holds: 'What was paid by charges' },
  subscriptions: { name: 'Subscriptions', holds: 'What was paid for subscriptions' },
  promotions: { name: 'Promotions', holds: 'Credit that was given and not paid' },
  usage: { name: 'Usage', holds: 'What calls and messages cost' },
  rent: { name: 'Rent', holds: 'What numbers cost' },
  expired: { name: 'Expired', holds: 'Credit that ran out of time' },
  refunds: { name: 'Refunds', holds: 'What was given back' },
  disputes: { name: 'Disputes', holds: 'What disputes took' },
  grant: { name: 'Grants', holds: 'What is left of all grants' },
}

export function ledgerName(kind: string): string {
  return LEDGER_WORDS[kind]?.name ?? kind
}
