import { randomUUID } from 'node:crypto'
import type Stripe from 'stripe'
import type { PaymentWrites } from '@/lib/core/ports/payment-provider'
import { alignRenewals } from './align-renewals'
import { callStripe } from './call-stripe'
import type { Limiter } from './limiter'
import { unlessRefused } from './unless-refused'

type Parts = Readonly<{ client: Stripe; limiter: Limiter }>
type Changes = Pick<PaymentWrites, 'setDefaultPaymentMethod' | 'alignRenewals' | 'detachPaymentMethod'>

/**
 * Both deeds may be repeated without harm, but a key kept from an earlier one would replay its answer, a failure too, and
 * change nothing: the keys guard the retries of one call only.
 */
export function changePaymentMethods({ client, limiter }: Parts): Changes {
  return {
    setDefaultPaymentMethod: (customerId, paymentMethodId) =>
      unlessRefused(
        callStripe(
          limiter,
          { endpoint: 'POST /v1/customers/:id', priority: 'read', idempotencyKey: randomUUID() },
          (options) =>
            client.customers.update(
              customerId,
              { invoice_settings: { default_payment_method: paymentMethodId } },
              options,
            ),
        ),
      ),
    alignRenewals: (customerId) => alignRenewals({ client, limiter }, customerId),
    detachPaymentMethod: (paymentMethodId) =>
      unlessRefused(
        callStripe(
          limiter,
          { endpoint: 'POST /v1/payment_methods/:id/detach', priority: 'read', idempotencyKey: randomUUID() },
          (options) => client.paymentMethods.detach(paymentMethodId, {}, options),
        ),
      ),
  }
}
