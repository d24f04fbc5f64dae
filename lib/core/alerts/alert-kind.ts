/** What a member can be told of by e-mail, and can do without. */
export const ALERT_KINDS = [
  'low-balance',
  'failed-payment',
  'expiring-card',
  'renewal',
  'staff-access',
] as const
export type AlertKind = (typeof ALERT_KINDS)[number]
