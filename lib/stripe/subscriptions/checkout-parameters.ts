import type Stripe from 'stripe'
import type { SubscriptionCheckout } from '@/lib/core/ports/subscription-provider'
import type { Wire } from '../wire'

/**
 * A subscription of so many units as the account has numbers: the customer can change neither, but may enter a promotion
 * code. Our ids go into session and subscription, since Stripe does not copy them.
 */
export function subscriptionCheckoutParameters(input: SubscriptionCheckout, priceId: string) {
  const metadata = { order_id: input.orderId, account_id: String(input.accountId) }
  return {
    mode: 'subscription',
    ui_mode: 'embedded_page',
    customer: input.customerId,
    client_reference_id: input.orderId,
    line_items: [{ price: priceId, quantity: input.quantity }],
    allow_promotion_codes: true,
    metadata,
    subscription_data: { metadata, billing_mode: { type: 'flexible' } },
    saved_payment_method_options: { payment_method_save: 'enabled' },
    adaptive_pricing: { enabled: false },
    return_url: input.returnUrl,
    redirect_on_completion: input.redirect,
  } satisfies Wire<Stripe.Checkout.SessionCreateParams>
}
