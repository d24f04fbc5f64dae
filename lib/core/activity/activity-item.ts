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

/** Credit that came into the wallet, or, negative, was taken back, frozen or expired. */
export type CreditItem = Item &
  Readonly<{
    type: 'credit'
    /**
     * `repayment`: overdraft that an invoice of the subscription collected. `hold`: frozen while a payment is disputed,
     * and `release`: free again.
     */
    kind:
      | 'card'
      | 'welcome'
      | 'manual'
      | 'allowance'
      | 'repayment'
      | 'refund'
      | 'dispute'
      | 'hold'
      | 'release'
      | 'expiry'
      | 'correction'
    amount: Money
    /** The provider's invoice that was paid, or whose payment was taken back; null where there is none. */
    invoiceId: string | null
  }>

/** A payment for the subscription, which never touches the wallet; negative where it was undone. */
export type PaymentItem = Item &
  Readonly<{
    type: 'payment'
    amount: Money
    /** What was paid for: the interval, and how many numbers; null where our books do not say. */
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
  repayment: 'repayment',
  refund: 'refund',
  dispute: 'dispute',
  hold: 'hold',
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
  'hold',
  'expiry',
  'subscription',
  'repayment',
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
  paid_interval: z.enum(['monthly', 'annual']).nullable(),
  paid_quantity: z.number().nullable(),
  collected_by: z.string().nullable(),
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
  if (code === 'subscription') return { ...item, ...paymentOf(found, found.micros, found.reference) }
  if (TAKES_BACK.has(code) && found.target_code === 'subscription') {
    return { ...item, ...paymentOf(found, -found.micros, found.target_reference ?? '') }
  }
  // What credit did to the wallet is its amount, whatever sign its code suggests.
  const invoiceId = invoiceOf(found)
  const kind = code === 'reversal' && found.target_code === 'hold' ? 'release' : CREDIT_KINDS[code]
  return { ...item, type: 'credit', kind, amount: item.change, invoiceId }
}

/** What may undo a payment for the subscription. */
const TAKES_BACK: ReadonlySet<string> = new Set(['reversal', 'refund', 'dispute'])

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

function paymentOf(
  { paid_interval: interval, paid_quantity: quantity }: Row,
  micros: bigint,
  invoiceId: string,
): Omit<PaymentItem, keyof Item> {
  // An invoice that only credits or collects bills for no number.
  return {
    type: 'payment',
    amount: usd(micros),
    interval,
    quantity: quantity === 0 ? null : quantity,
    invoiceId,
  }
}

/** A card deposit is booked under the id of its invoice; what takes it back names it as its target. */
function invoiceOf(found: Row): string | null {
  const { code, reference, target_code, target_reference, collected_by } = found
  if (code === 'deposit_card') return reference
  if (code === 'repayment') return collected_by
  return target_code === 'deposit_card' ? target_reference : null
}
