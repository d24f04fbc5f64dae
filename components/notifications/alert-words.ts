import type { AlertKind } from '@/lib/core/alerts/alert-kind'

type AlertWords = Readonly<{ kind: AlertKind; title: string; when: string }>

/** What each alert is about, and when it comes; in the order in which they are shown. */
export const ALERTS: readonly AlertWords[] = [
  {
    kind: 'low-balance',
    title: 'Low balance',
    when: 'When the balance falls below the amount above, once until it has recovered.',
  },
  {
    kind: 'failed-payment',
    title: 'Failed payments',
    when: 'When an automatic top-up, a purchase by a program or a renewal could not be paid.',
  },
  {
    kind: 'expiring-card',
    title: 'Expiring cards',
    when: 'When a saved card is good for less than 30 days more.',
  },
  {
    kind: 'renewal',
    title: 'Renewals',
    when: 'A week before a subscription renews for a month, 30 days before it does for a year.',
  },
  {
    kind: 'staff-access',
    title: 'Staff access',
    when: 'When somebody of our staff begins to look into the account.',
  },
]
