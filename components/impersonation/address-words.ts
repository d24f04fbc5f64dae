const PAGES: Readonly<Record<string, string>> = {
  '/billing': 'Billing',
  '/numbers': 'Numbers',
  '/subscription': 'Subscription',
  '/activity': 'Activity',
  '/billing/invoices': 'Invoices',
  '/billing/payment-methods': 'Payment methods',
  '/billing/return': 'Return from a payment',
  '/settings': 'Settings',
  '/settings/organisation': 'Organisation',
  '/settings/members': 'Members',
  '/settings/auto-top-up': 'Automatic top-up',
  '/settings/notifications': 'Notifications',
  '/settings/api-keys': 'API keys',
  '/settings/security': 'Access tokens',
  '/settings/access': 'Staff access',
}

/** What people call what stands under an address; of a page without a name, and of the API, the request itself. */
export function addressWords(method: string, path: string): string {
  const page = PAGES[path]
  if (page !== undefined) return method === 'GET' ? page : `${page}, a request of the page`
  const invoice = /^\/billing\/invoices\/([\w-]+)$/.exec(path)?.[1]
  return invoice === undefined ? `${method} ${path}` : `Invoice ${invoice}`
}
