import { z } from 'zod'
import { usd, type Money } from '@/lib/kit/money'
import type { ActivityMoment } from './activity-cursor'

/** What every item has. */
type Item = Readonly<{
  /** When it happened, in UTC with six digits: no two items of an account share it. */
  occurredAt: ActivityMoment
  /** What it did to the wallet: negative where it cost something, zero where the wallet did not pay. */
  change: Money
  /** What the wallet held after it, as booked: of what came late, what it held when that was booked. */
  balance: Money
}>

/** A call, a message, or the rent of a number. */
export type UsageItem = Item &
  Readonly<{
    type: 'usage'
    fareName: string
    number: string | null
    billedQuantity: number
    total: Money
    /** Who bore it: the wallet, or the entitlement of a subscription. */
    attribution: 'wallet' | 'entitlement'
  }>

/** Credit that came into the wallet, or, negative, was taken back or expired. */
export type CreditItem = Item &
  Readonly<{
    type: 'credit'
    kind: 'card' | 'welcome' | 'manual' | 'allowance' | 'refund' | 'dispute' | 'expiry' | 'correction'
    amount: Money
    /** The provider's invoice that was paid, or whose payment was taken back; null where there is none. */
    invoiceId: string | null
  }>

/** A payment for the subscription, which never touches the wallet; negative where it was undone. */
export type PaymentItem = Item &
  Readonly<{
    type: 'payment'
    amount: Money
    /** What was paid for: the interval, and how many numbers; null where that was not written down. */
    interval: 'monthly' | 'annual' | null
    quantity: number | null
    invoiceId: string
  }>

export type ActivityItem = UsageItem | CreditItem | PaymentItem

const CREDIT_KINDS = {
  deposit_card: 'card',
  deposit_welcome: 'welcome',
  deposit_manual: 'manual',
  allowance: 'allowance',
  refund: 'refund',
  dispute: 'dispute',
  expiry: 'expiry',
  reversal: 'correction',
} as const

const CODES = [
  'deposit_card',
  'deposit_welcome',
  'deposit_manual',
  'allowance',
  'usage',
  'rent',
  'refund',
  'dispute',
  'expiry',
  'subscription',
  'reversal',
] as const

const row = z.object({
  occurred_at: z.string(),
  code: z.enum(CODES),
  reference: z.string(),
  micros: z.bigint(),
  change_micros: z.bigint(),
  balance_micros: z.bigint(),
  target_code: z.enum(CODES).nullable(),
  target_reference: z.string().nullable(),
  fare_name: z.string().nullable(),
  number: z.string().nullable(),
  billed_quantity: z.bigint().nullable(),
  attribution: z.enum(['wallet', 'entitlement']).nullable(),
})

type Row = z.infer<typeof row>

/** Reads a row of `read_activity`. @throws ZodError where it is none */
export function parseActivityItem(value: unknown): ActivityItem {
  const found = row.parse(value)
  const { code } = found
  const item = {
    occurredAt: found.occurred_at,
    change: usd(found.change_micros),
    balance: usd(found.balance_micros),
  }
  if (code === 'usage' || code === 'rent') return { ...item, ...usageOf(found) }
  if (code === 'subscription') return { ...item, ...paymentOf(found.micros, found.reference) }
  if (code === 'reversal' && found.target_code === 'subscription') {
    return { ...item, ...paymentOf(-found.micros, found.target_reference ?? '') }
  }
  // What credit did to the wallet is its amount, whatever sign its code suggests.
  const invoiceId = invoiceOf(found)
  return { ...item, type: 'credit', kind: CREDIT_KINDS[code], amount: item.change, invoiceId }
}

function usageOf(found: Row): Omit<UsageItem, keyof Item> {
  return {
    type: 'usage',
    fareName: found.fare_name ?? (found.code === 'rent' ? 'Number rent' : 'Usage'),
    number: found.number,
    billedQuantity: Number(found.billed_quantity ?? 1n),
    total: usd(found.micros),
    attribution: found.attribution ?? 'wallet',
  }
}

function paymentOf(micros: bigint, invoiceId: string): Omit<PaymentItem, keyof Item> {
  return { type: 'payment', amount: usd(micros), interval: null, quantity: null, invoiceId }
}

/** A card deposit is booked under the id of its invoice; what takes it back names it as its target. */
function invoiceOf({ code, reference, target_code, target_reference }: Row): string | null {
  if (code === 'deposit_card') return reference
  return target_code === 'deposit_card' ? target_reference : null
}
