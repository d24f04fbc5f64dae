import type { Money } from '@/lib/kit/money'

/** What the billing page shows, and nothing more. Moments are ISO 8601 in UTC. */
export type NumberView = Readonly<{
  id: string
  /** E.164. */
  number: string
  nickname: string | null
  mode: 'PAYG' | 'FIXED'
}>

export type DepositView = Readonly<{
  createdAt: string
  amount: Money
  kind: 'card' | 'welcome' | 'manual'
  /** Only card deposits have one. */
  invoiceId: string | null
}>

export type UsageView = Readonly<{
  id: string
  occurredAt: string
  fareName: string
  number: string | null
  billedQuantity: string
  cost: Money
  attribution: 'wallet' | 'entitlement'
}>

export type PaymentMethodView = Readonly<{
  id: string
  type: string
  /** Null where the method is no card. */
  card: Readonly<{ brand: string; last4: string; expMonth: number; expYear: number; expired: boolean }> | null
  email: string | null
  isDefault: boolean
}>

export type PricingView = Readonly<{ monthly: Money; annual: Money }>
