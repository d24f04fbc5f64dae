import { BillingError } from '@/lib/kit/errors'
import type { PurchaseResult } from './read-purchase'

const RETRY_SECONDS = 5

/** Our own reasons beside the provider's codes: nothing was charged for any of them. */
export const FAILURES = {
  methodMissing: 'payment_method_missing',
  methodNotFound: 'payment_method_not_found',
  providerUnavailable: 'payment_provider_unavailable',
  amountDiffers: 'amount_differs',
  linkExpired: 'confirmation_expired',
  replaced: 'replaced',
  tooLate: 'too_late',
  closed: 'invoice_closed',
} as const

/** Declines in words, by the bank's reason or, without one, by the provider's code. */
const REASONS: Readonly<Record<string, string>> = {
  insufficient_funds: 'The card has insufficient funds.',
  expired_card: 'The card has expired.',
  incorrect_cvc: 'The security code of the card is not right.',
  lost_card: 'The card was reported lost.',
  stolen_card: 'The card was reported stolen.',
  card_velocity_exceeded: 'The card was charged too often, or beyond its limit.',
  processing_error: 'The bank could not process the card. Try again in a moment.',
}

/** Why a purchase did not end in credit, for whoever asked for it: each code where BillingError names it. */
export function refusalOfPurchase(result: Exclude<PurchaseResult, { state: 'succeeded' }>): BillingError {
  const { purchaseId } = result
  switch (result.state) {
    case 'failed':
      return refusalOfFailure(result)
    case 'requires_action':
      return new BillingError(
        'authentication_required',
        'The bank wants you to confirm this payment. Continue in a browser.',
        {
          details: { transaction_id: purchaseId, ...(result.url === null ? {} : { url: result.url }) },
        },
      )
    case 'charging':
      return new BillingError('in_flight', 'This purchase is still running. Try again in a moment.', {
        details: { transaction_id: purchaseId },
        retryAfterSeconds: RETRY_SECONDS,
      })
    case 'unknown':
      return pendingPurchase(purchaseId)
  }
}

/** It is not known yet whether this purchase was paid. */
export function pendingPurchase(purchaseId: string): BillingError {
  return new BillingError(
    'payment_pending',
    'A purchase is still being settled. It is paid once or not at all; look again in a minute.',
    { details: { transaction_id: purchaseId }, retryAfterSeconds: RETRY_SECONDS },
  )
}

export function paymentMethodMissing(): BillingError {
  return new BillingError(
    'payment_method_missing',
    'The account has no default payment method. Add one first.',
  )
}

export function paymentMethodNotFound(): BillingError {
  return new BillingError('payment_method_not_found', 'The account has no such payment method.')
}

function refusalOfFailure(failed: Extract<PurchaseResult, { state: 'failed' }>): BillingError {
  switch (failed.failureCode) {
    case FAILURES.methodMissing:
      return paymentMethodMissing()
    case FAILURES.methodNotFound:
      return paymentMethodNotFound()
    case FAILURES.providerUnavailable:
      return new BillingError(
        'payment_provider_unavailable',
        'The payment provider is not available. Nothing was charged. Try again shortly.',
        { retryAfterSeconds: RETRY_SECONDS },
      )
    case FAILURES.amountDiffers:
      return new BillingError(
        'conflict',
        'Stripe holds a balance for this account, which would change what is charged. Add credits through Checkout instead.',
      )
    case FAILURES.linkExpired:
    case FAILURES.replaced:
    case FAILURES.tooLate:
    case FAILURES.closed:
      return new BillingError(
        'conflict',
        'This purchase was closed, and nothing was charged. Begin another.',
        {
          details: { transaction_id: failed.purchaseId },
        },
      )
    default:
      return declined(failed)
  }
}

function declined({
  purchaseId,
  failureCode,
  declineCode,
}: Extract<PurchaseResult, { state: 'failed' }>): BillingError {
  const reason = declineCode ?? failureCode
  return new BillingError('payment_declined', REASONS[reason] ?? 'The card was declined.', {
    details: { decline_reason: reason, transaction_id: purchaseId },
  })
}
