import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { requireSystemOr } from '../actor'
import type { Context } from '../context'
import { applyOutcome } from './apply-outcome'
import { closeStalePurchase } from './cancel-purchase'
import { failPurchase, type PurchaseFailure } from './fail-purchase'
import { readPurchase, type PurchaseResult } from './read-purchase'
import { FAILURES } from './refusal-of-purchase'
import { takePurchase, type TakenPurchase } from './take-purchase'

/** So long after it was asked for, nobody waits for a charge any more: it is looked up what came of it, and closed. */
const CHARGED_WITHIN_MS = 60 * 60_000

/** After an attempt of unknown end: doubled with every further one. */
const RETRY_SECONDS_MIN = 2
const RETRY_SECONDS_MAX = 300

/**
 * Charges and books a purchase that exists already, or tells what became of it: any number of times, by any number at
 * once, with one charge and one deposit. A person's, one of their own account.
 * @throws BillingError `not_found`, `impersonating`, `forbidden`, `database_unavailable`; never for what the provider says
 */
export async function chargePurchase(ctx: Context, purchaseId: string): Promise<PurchaseResult> {
  const accountId = requireSystemOr(ctx.actor, 'billing:write')
  const taken = await takePurchase(ctx.db, accountId, purchaseId)
  return taken === null ? readCharged(ctx, accountId, purchaseId) : chargeTaken(ctx, taken)
}

/** The same for a purchase that the caller has just begun or taken. */
export async function chargeTaken(ctx: Context, purchase: TakenPurchase): Promise<PurchaseResult> {
  requireSystemOr(ctx.actor, 'billing:write')
  const { purchaseId, amount } = purchase
  try {
    if (ctx.now().getTime() - purchase.createdAt.getTime() > CHARGED_WITHIN_MS) {
      return await closeStalePurchase(ctx, purchase)
    }
    const method = await settleMethod(ctx, purchase)
    if (method === null) return await readCharged(ctx, purchase.accountId, purchaseId)
    if (typeof method !== 'string') return await failPurchase(ctx, purchaseId, method)
    const outcome = await ctx.payments.chargeInvoice({
      ...purchase,
      orderId: purchaseId,
      paymentMethodId: method,
      claimed: !purchase.methodKnown,
    })
    return await applyOutcome(ctx, purchase, outcome)
  } catch (error) {
    await leave(ctx, purchase, error)
    return { purchaseId, amount, state: 'unknown' }
  }
}

async function readCharged(
  ctx: Context,
  accountId: bigint | null,
  purchaseId: string,
): Promise<PurchaseResult> {
  const result = await readPurchase(ctx.db, accountId, purchaseId)
  if (result === null) throw new BillingError('not_found', 'No such purchase.')
  return result
}

/**
 * The method to be charged, or why there is none. Nothing was asked of the provider before it is known. Null where another,
 * who took the purchase up when this one's lease was over, has ended it meanwhile.
 */
async function settleMethod(ctx: Context, purchase: TakenPurchase): Promise<string | PurchaseFailure | null> {
  const { purchaseId, customerId, paymentMethodId, attempt } = purchase
  if (purchase.methodKnown && paymentMethodId !== null) return paymentMethodId
  const failure = (code: string): PurchaseFailure => ({ code, declineCode: null, attempt, freesKey: true })
  const payer = await ctx.payments.payer(customerId, paymentMethodId).catch((error: unknown) => {
    if (!isOutage(error)) throw error
    ctx.log.warn(
      { err: error, purchaseId },
      'a purchase was given up before the provider was asked for money',
    )
    return 'unavailable' as const
  })
  if (payer === 'unavailable') return failure(FAILURES.providerUnavailable)
  if (payer === null || payer.method === null) {
    return failure(paymentMethodId === null ? FAILURES.methodMissing : FAILURES.methodNotFound)
  }
  if (payer.hasBalance) return failure(FAILURES.amountDiffers)
  const { id, type, card } = payer.method
  const [kept] = await callDatabase(
    ctx.db,
    (sql) => sql<{ method: string | null }[]>`
      select name_purchase_method(${purchaseId}, ${id}, ${type}, ${card?.brand ?? null}, ${card?.last4 ?? null}) as method`,
  )
  return kept?.method ?? null
}

/** Hands it on: what is not known now is settled by the next who comes. A failure that is no outage is ours, and is told. */
async function leave(ctx: Context, { purchaseId, attempt }: TakenPurchase, error: unknown): Promise<void> {
  const level = isOutage(error) ? 'warn' : 'error'
  ctx.log[level]({ err: error, purchaseId, attempt }, 'it is not known what became of a purchase')
  const seconds = Math.min(RETRY_SECONDS_MAX, RETRY_SECONDS_MIN * 2 ** Math.min(attempt - 1, 10))
  await callDatabase(
    ctx.db,
    (sql) => sql`select leave_purchase(${purchaseId}, make_interval(secs => ${seconds}))`,
  ).catch((cause: unknown) => {
    ctx.log.warn({ err: cause, purchaseId }, 'the purchase stays leased')
  })
}

function isOutage(error: unknown): boolean {
  return (
    error instanceof BillingError &&
    (error.code === 'payment_provider_unavailable' || error.code === 'database_unavailable')
  )
}
