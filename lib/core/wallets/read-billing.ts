import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import { invariant } from '@/lib/kit/assert'
import { usd, type Money } from '@/lib/kit/money'
import type { CallClaim } from '../ports/payment-provider'

export type HeldNumber = Readonly<{
  id: string
  /** E.164. */
  number: string
  nickname: string | null
  mode: 'PAYG' | 'FIXED'
}>

export type Deposit = Readonly<{
  createdAt: Instant
  amount: Money
  kind: 'card' | 'welcome' | 'manual'
  /** The provider's invoice; only card deposits have one. */
  invoiceId: string | null
}>

export type UsageRow = Readonly<{
  occurredAt: Instant
  fareName: string
  number: string | null
  billedQuantity: number
  total: Money
  /** Who bore it: the wallet, or the entitlement of a subscription. */
  attribution: 'wallet' | 'entitlement'
}>

/** The account's subscription as it was last read from the provider. */
export type SubscriptionRecord = Readonly<{
  id: string
  periodStart: Instant
  periodEnd: Instant
  /** Numbers that the paid invoices cover, one unit each. */
  quantity: number
  interval: 'monthly' | 'annual'
  /** False until its first invoice is paid. */
  covers: boolean
}>

/** What our own database knows of an account's billing. */
export type BillingRecord = Readonly<{
  balance: Money
  belowZeroSince: Instant | null
  /** Whether a subscription covers the account now. */
  releasePaused: boolean
  /** How long subscriptions, ended since, covered it since the balance went below zero. */
  coveredMilliseconds: number
  /** The account's customer at the payment provider; null before the first purchase. */
  customerId: string | null
  /** Null: none that counts as active. */
  subscription: SubscriptionRecord | null
  numbers: readonly HeldNumber[]
  /** The 20 newest, newest first. */
  deposits: readonly Deposit[]
  /** The 20 newest, newest first. */
  recentUsage: readonly UsageRow[]
  /** Whether the calls of `claim` may be made at once. */
  claimed: boolean
}>

const instant = z.string().transform((text) => new Date(text))
const money = z.string().transform((micros) => usd(BigInt(micros)))

const KINDS = { deposit_card: 'card', deposit_welcome: 'welcome', deposit_manual: 'manual' } as const

const deposit = z
  .object({
    occurredAt: instant,
    code: z.enum(['deposit_card', 'deposit_welcome', 'deposit_manual']),
    reference: z.string(),
    micros: money,
  })
  .transform(({ occurredAt, code, reference, micros }) => ({
    createdAt: occurredAt,
    amount: micros,
    kind: KINDS[code],
    // A card deposit is booked under the id of its invoice.
    invoiceId: code === 'deposit_card' ? reference : null,
  }))

const usageRow = z
  .object({
    occurredAt: instant,
    fareName: z.string(),
    number: z.string().nullable(),
    billedQuantity: z.number(),
    micros: money,
    attribution: z.enum(['wallet', 'entitlement']),
  })
  .transform(({ micros, ...rest }) => ({ ...rest, total: micros }))

const row = z.object({
  balance_micros: z.bigint().nullable(),
  below_zero_since: z.date().nullable(),
  release_paused: z.boolean(),
  covered_ms: z.bigint(),
  customer_id: z.string().nullable(),
  subscription: z
    .object({
      id: z.string(),
      periodStart: instant,
      periodEnd: instant,
      quantity: z.int(),
      interval: z.enum(['monthly', 'annual']),
      covers: z.boolean(),
    })
    .nullable(),
  numbers: z.array(
    z.object({
      id: z.string(),
      number: z.string(),
      nickname: z.string().nullable(),
      mode: z.enum(['PAYG', 'FIXED']),
    }),
  ),
  deposits: z.array(deposit),
  usage: z.array(usageRow),
  claimed: z.boolean(),
})

/** The calls that follow the reading. */
export type BillingClaim = CallClaim & Readonly<{ subscribedEndpoints: readonly string[] }>

/**
 * The account's billing in one round trip, at the business time `now`. With a `claim` the calls to the payment provider
 * that follow are claimed on the way, if the account has a customer there, and those about its subscription if it has
 * one; only a handle that may write can.
 */
export async function readBilling(
  db: Database,
  input: Readonly<{ accountId: bigint; now: Instant; claim: BillingClaim | null }>,
): Promise<BillingRecord> {
  const endpoints = input.claim === null ? null : [...input.claim.endpoints]
  const ofSubscription = [...(input.claim?.subscribedEndpoints ?? [])]
  const [found] = await callDatabase(
    db,
    (sql) => sql`
      select balance_micros, below_zero_since, release_paused, covered_ms, customer_id, subscription, numbers, deposits,
             usage, claimed
        from read_billing(${input.accountId}, ${input.now}, ${endpoints}::text[], ${ofSubscription}::text[],
          ${input.claim?.callsPerSecond ?? null})`,
  )
  const read = row.parse(found)
  invariant(read.balance_micros !== null, `the books of account ${input.accountId} are open`)
  return {
    balance: usd(read.balance_micros),
    belowZeroSince: read.below_zero_since,
    releasePaused: read.release_paused,
    coveredMilliseconds: Number(read.covered_ms),
    customerId: read.customer_id,
    subscription: read.subscription,
    numbers: read.numbers,
    deposits: read.deposits,
    recentUsage: read.usage,
    claimed: read.claimed,
  }
}
