import type { ComponentProps } from 'react'
import { AccountMenu } from './account-menu'
import { Bar } from './bar'

const ENTRIES = [
  ['/billing', 'Billing'],
  ['/numbers', 'Numbers'],
  ['/subscription', 'Subscription'],
  ['/activity', 'Activity'],
  ['/billing/invoices', 'Invoices'],
  ['/billing/payment-methods', 'Payment methods'],
  ['/settings', 'Settings'],
] as const

/** The head of the pages of an account. */
export function TopBar(account: ComponentProps<typeof AccountMenu>) {
  return (
    <Bar home={{ href: '/billing', label: 'Talktime, to billing' }} entries={ENTRIES}>
      <AccountMenu {...account} />
    </Bar>
  )
}
