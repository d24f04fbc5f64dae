import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { newId } from '@/lib/kit/ids'
import type { Money } from '@/lib/kit/money'
import { actorName, requireScope } from '../actor'
import type { Context } from '../context'
import { isPaymentMethodId } from '../payment-methods/payment-method-id'
import { sha256OfRequest } from '../top-ups/request-hash'
import { cancelPurchase } from './cancel-purchase'
import { chargePurchase, chargeTaken } from './charge-purchase'
import { requirePurchasable } from './decide-amount'
import { readPurchase, type PurchaseResult } from './read-purchase'
import {
  FAILURES,
  paymentMethodMissing,
  paymentMethodNotFound,
  pendingPurchase,
  refusalOfPurchase,
} from './refusal-of-purchase'
import { LEASE_SECONDS } from './take-purchase'

export type PurchaseInput = Readonly<{
  amount: Money
  /** Null: the account's default. */
  paymentMethodId: string | null
  /** The caller's Idempotency-Key; null: every call is a purchase of its own. */
  idempotencyKey: string | null
}>

export type Purchased = Readonly<{
  purchaseId: string
  amount: Money
  /** Of the wallet, after the deposit. */
  balance: Money
  postingId: bigint
}>

/** Purchases that wait for the customer are closed before another begins; more than these nobody has open. */
const CLOSINGS_MAX = 5

const row = z.object({
  status: z.enum([
    'begun',
    'replayed',
    'mismatch',
    'pending',
    'waiting',
    'no_customer',
    'subscribed',
    'unknown_account',
  ]),
  purchase_id: z.string().nullable(),
  customer_id: z.string().nullable(),
})

type Beginning =
  | Readonly<{ status: 'begun'; purchaseId: string; customerId: string }>
  | Readonly<{ status: 'replayed'; purchaseId: string }>
  | Readonly<{ status: 'pending'; purchaseId: string }>
  | Readonly<{ status: 'waiting'; purchaseId: string }>

/**
 * Buys credits with a saved payment method, without the customer: one charge and one credit however often it is asked
 * with one key. Returns once the credit is in the wallet.
 * @throws BillingError `invalid_input` (amount), `payment_method_missing`, `payment_method_not_found`, `payment_declined`,
 * `authentication_required`, `payment_pending` where it is not known whether it was paid, `subscription_active`, `in_flight`,
 * `idempotency_key_reused`, `conflict`, `payment_provider_unavailable` where nothing was charged
 */
export async function purchaseCredits(ctx: Context, input: PurchaseInput): Promise<Purchased> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  requirePurchasable(input.amount)
  // The provider is asked about no other ids.
  if (input.paymentMethodId !== null && !isPaymentMethodId(input.paymentMethodId))
    throw paymentMethodNotFound()

  const purchaseId = newId('ord')
  let begun = await begin(ctx, accountId, purchaseId, input)
  for (let closed = 0; begun.status === 'waiting' && closed < CLOSINGS_MAX; closed++) {
    await cancelPurchase(ctx, begun.purchaseId, FAILURES.replaced)
    begun = await begin(ctx, accountId, purchaseId, input)
  }
  const result = await carryOut(ctx, accountId, begun, input)
  if (result.state !== 'succeeded') throw refusalOfPurchase(result)
  return {
    purchaseId: result.purchaseId,
    amount: result.amount,
    balance: result.balance,
    postingId: result.postingId,
  }
}

async function carryOut(
  ctx: Context,
  accountId: bigint,
  begun: Beginning,
  { amount, paymentMethodId }: PurchaseInput,
): Promise<PurchaseResult> {
  if (begun.status === 'replayed') return replay(ctx, accountId, begun.purchaseId)
  if (begun.status !== 'begun') throw pendingPurchase(begun.purchaseId)
  return chargeTaken(ctx, {
    purchaseId: begun.purchaseId,
    accountId,
    customerId: begun.customerId,
    amount,
    paymentMethodId,
    methodKnown: false,
    attempt: 1,
    createdAt: ctx.now(),
  })
}

/** What the request that came first with this key has come to; one that nobody is at any more is carried on. */
async function replay(ctx: Context, accountId: bigint, purchaseId: string): Promise<PurchaseResult> {
  const known = await readPurchase(ctx.db, accountId, purchaseId)
  if (known === null) {
    throw new BillingError('idempotency_key_reused', 'This Idempotency-Key came with another request before.')
  }
  return known.state === 'unknown' ? chargePurchase(ctx, purchaseId) : known
}

async function begin(
  ctx: Context,
  accountId: bigint,
  purchaseId: string,
  { amount, paymentMethodId, idempotencyKey }: PurchaseInput,
): Promise<Beginning> {
  const hash = sha256OfRequest('purchase-credits', [String(amount.micros), paymentMethodId])
  const [found] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select status, purchase_id, customer_id
        from begin_purchase(${accountId}, ${purchaseId}, ${amount.micros}, ${paymentMethodId}, ${ctx.payments.livemode},
          ${actorName(ctx.actor)}, ${idempotencyKey}, ${hash}, make_interval(secs => ${LEASE_SECONDS}), ${ctx.now()})`,
  )
  const { status, purchase_id: begunId, customer_id: customerId } = row.parse(found)
  switch (status) {
    case 'mismatch':
      throw new BillingError(
        'idempotency_key_reused',
        'This Idempotency-Key came with another request before.',
      )
    case 'subscribed':
      throw new BillingError(
        'subscription_active',
        'A subscription covers your numbers: top-ups are not available while it does.',
      )
    case 'no_customer':
      throw paymentMethodId === null ? paymentMethodMissing() : paymentMethodNotFound()
    case 'unknown_account':
      throw new BillingError('not_found', 'No such account.')
    case 'begun':
      return { status, purchaseId, customerId: customerId ?? '' }
    default:
      return { status, purchaseId: begunId ?? purchaseId }
  }
}
