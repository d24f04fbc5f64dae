import type Stripe from 'stripe'
import type { PaymentMethodCheckout, PaymentWrites } from '@/lib/core/ports/payment-provider'
import { callStripe } from './call-stripe'
import { createOrFind } from './create-or-find'
import type { Limiter } from './limiter'
import { orNull } from './or-null'
import { parseCreatedCheckout } from './parse/checkout'
import type { Wire } from './wire'

type Parts = Readonly<{ client: Stripe; limiter: Limiter }>

const RECENT_MAX = 100

/** A Checkout that saves a payment method and charges nothing. */
export function openPaymentMethodCheckout({
  client,
  limiter,
}: Parts): PaymentWrites['createPaymentMethodCheckout'] {
  return async (input) => {
    const endpoint = 'POST /v1/checkout/sessions'
    const session = createOrFind({
      key: input.idempotencyKey,
      create: (key) =>
        callStripe(limiter, { endpoint, priority: 'purchase', idempotencyKey: key }, (options) =>
          client.checkout.sessions.create(parametersOf(input), options),
        ),
      find: async () => {
        const { data } = await callStripe(
          limiter,
          { endpoint: 'GET /v1/checkout/sessions', priority: 'purchase' },
          (options) =>
            client.checkout.sessions.list({ customer: input.customerId, limit: RECENT_MAX }, options),
        )
        return data.find((found) => found.client_reference_id === referenceOf(input)) ?? null
      },
    })
    const created = await orNull(session, 'customer')
    return created === null ? null : { clientSecret: parseCreatedCheckout(created).clientSecret }
  }
}

function parametersOf(input: PaymentMethodCheckout) {
  const metadata = { account_id: String(input.accountId) }
  return {
    mode: 'setup',
    ui_mode: 'embedded_page',
    customer: input.customerId,
    client_reference_id: referenceOf(input),
    currency: 'usd',
    metadata,
    setup_intent_data: { metadata },
    return_url: input.returnUrl,
    redirect_on_completion: input.redirect,
  } satisfies Wire<Stripe.Checkout.SessionCreateParams>
}

/** By which the session is found again: up to 200 letters. */
function referenceOf({ idempotencyKey }: PaymentMethodCheckout): string {
  return idempotencyKey.slice(-200)
}
