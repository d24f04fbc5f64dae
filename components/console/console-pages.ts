/** The console's pages, in the order in which they stand in its bar. */
export const CONSOLE_PAGES = [
  ['/admin/accounts', 'Accounts'],
  ['/admin/events', 'Events'],
  ['/admin/reconciliation', 'Reconciliation'],
  ['/admin/books', 'Books'],
  ['/admin/approvals', 'Approvals'],
  ['/admin/audit', 'Audit log'],
] as const

/** The pages of one account in the console: the end of the path under it, and what it is called. */
const ACCOUNT_PAGES = [
  ['', 'Overview'],
  ['/activity', 'Activity'],
  ['/ledger', 'Ledger'],
  ['/payments', 'Payments'],
  ['/stripe', 'Stripe'],
  ['/mails', 'Alerts and mails'],
  ['/people', 'People and keys'],
  ['/adjustments', 'Adjustments'],
  ['/access', 'Access'],
] as const

/** The pages of this account, in the order in which they stand over each of them. */
export function accountPages(accountId: bigint): readonly (readonly [href: string, label: string])[] {
  return ACCOUNT_PAGES.map(([end, label]) => [`/admin/accounts/${String(accountId)}${end}`, label])
}
