/** What the bank will decide once it has looked at the evidence; null where nothing says what. */
export type DisputeHidden = Readonly<{ verdict: 'won' | 'lost' | 'escalated' | null }>
