/** What staff narrow the inbox down to: what is still to be done, what waits for them, and what has ended how. */
export const INBOX_FILTERS = ['all', 'waiting', 'staff', 'done', 'ignored'] as const
export type InboxFilter = (typeof INBOX_FILTERS)[number]
