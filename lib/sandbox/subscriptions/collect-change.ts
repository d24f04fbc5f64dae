import { ApiError, wrongState } from '../http/api-error'
import { finalizeInvoice } from '../invoices/finalize-invoice'
import { saveInvoice } from '../invoices/make-invoice'
import { attemptInvoice, defaultMethodOf } from '../invoices/pay-invoice'
import { cardError } from '../payments/card-error'
import { requireChargeable } from '../payments/make-payment-method'
import { confirmIntent, createIntent, type ConfirmOutcome } from '../payments/payment-intent'
import type { Body, Row } from '../store/kinds'
import type { Unit } from '../store/unit'

type Collection = Readonly<{
  behavior: 'allow_incomplete' | 'default_incomplete' | 'error_if_incomplete' | 'pending_if_incomplete'
  offSession: boolean
  baseUrl: string
}>

export type Collected = 'paid' | 'unpaid'

/**
 * Finalizes a draft that a request made, and collects it. @returns whether it is paid.
 * @throws ApiError 402 for `error_if_incomplete` where it is not: then nothing of the request stays but the failed
 * payment. 400 where money is due and there is no payment method.
 */
export async function collectNow(
  unit: Unit,
  draft: Body<'invoice'>,
  { behavior, offSession, baseUrl }: Collection,
): Promise<Collected> {
  const open = await finalizeInvoice(unit, saveInvoice(unit, draft), baseUrl)
  if (open.status === 'paid') return 'paid'
  if (behavior === 'default_incomplete') return 'unpaid'
  const customer = String(open.customer)
  const methodId = await defaultMethodOf(unit, open)
  if (methodId === null) {
    throw wrongState(
      'This customer has no attached payment source or default payment method. Please consider adding a default payment method. For more information, visit https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.',
      'resource_missing',
    )
  }
  const method = await requireChargeable(unit, methodId, customer)
  const attempt = await attemptInvoice(unit, open, { method, offSession, authentication: 'none', baseUrl })
  if (attempt.kind === 'paid') return 'paid'
  if (behavior !== 'error_if_incomplete') return 'unpaid'
  unit.forget()
  throw refusalOf(await failedPayment(unit, open, { method, offSession, baseUrl }), method.body)
}

type Failing = Readonly<{ method: Row<'payment_method'>; offSession: boolean; baseUrl: string }>

/** The payment by itself, as it fails without what it was for: that is gone, but the bank was asked. */
export async function failedPayment(
  unit: Unit,
  { amount_due: amount, currency, customer }: Pick<Body<'invoice'>, 'amount_due' | 'currency' | 'customer'>,
  { method, offSession, baseUrl }: Failing,
): Promise<Exclude<ConfirmOutcome, { kind: 'succeeded' }>> {
  const intent = createIntent(unit, {
    amount,
    currency,
    customer: typeof customer === 'string' ? customer : null,
    description: 'Subscription update',
  })
  const outcome = await confirmIntent(unit, intent, {
    method,
    offSession,
    unanswered: 'wait',
    authentication: 'none',
    baseUrl,
  })
  if (outcome.kind === 'succeeded') throw new Error('A payment that was refused has succeeded.')
  const canceled = unit.save('payment_intent', {
    ...outcome.intent,
    canceled_at: unit.now,
    cancellation_reason: 'void_invoice',
    next_action: null,
    status: 'canceled',
  })
  unit.emit('payment_intent.canceled', canceled)
  return outcome
}

function refusalOf(
  outcome: Exclude<ConfirmOutcome, { kind: 'succeeded' }>,
  method: Body<'payment_method'>,
): ApiError {
  if (outcome.kind === 'declined') {
    return cardError(outcome.decline, {
      charge: outcome.charge.id,
      payment_intent: outcome.intent,
      payment_method: method,
    })
  }
  return new ApiError(
    402,
    {
      type: 'card_error',
      code: 'subscription_payment_intent_requires_action',
      message:
        'Payment for this subscription requires additional user action before it can be completed successfully. If you want to require payment confirmation, set the payment_behavior to allow_incomplete or pending_if_incomplete.',
      payment_intent: outcome.intent,
    },
    { executed: true },
  )
}
