import Stripe from 'stripe'
import type { RefundOrder, RefundOutcome } from '@/lib/core/ports/payment-provider'
import { exactCents } from '@/lib/kit/money'
import { callStripe } from '../call-stripe'
import { createOrFind } from '../create-or-find'
import type { Limiter } from '../limiter'

type Parts = Readonly<{ client: Stripe; limiter: Limiter }>

const RECENT_MAX = 100

/**
 * One refund a request. The request's id is written on it, by which it is found where an answer was lost and by which
 * the books know whose deed it is. @throws BillingError `payment_provider_unavailable`
 */
export async function createRefund(
  { client, limiter }: Parts,
  { requestId, paymentId, amount }: RefundOrder,
): Promise<RefundOutcome> {
  const parameters = {
    payment_intent: paymentId,
    amount: exactCents(amount),
    reason: 'requested_by_customer',
    metadata: { refund_request: requestId },
  } as const
  try {
    const refund = await createOrFind({
      key: `refund:${requestId}`,
      create: (idempotencyKey) =>
        callStripe(
          limiter,
          { endpoint: 'POST /v1/refunds', priority: 'purchase', idempotencyKey },
          (options) => client.refunds.create(parameters, options),
        ),
      find: async () => {
        const { data } = await callStripe(
          limiter,
          { endpoint: 'GET /v1/refunds', priority: 'purchase' },
          (options) => client.refunds.list({ payment_intent: paymentId, limit: RECENT_MAX }, options),
        )
        return data.find((item) => item.metadata?.['refund_request'] === requestId) ?? null
      },
    })
    return { kind: 'made', refundId: refund.id }
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
    return { kind: 'refused', code: error.code ?? 'invalid_request' }
  }
}
