import type Stripe from 'stripe'
import type { CreditsCheckout } from '@/lib/core/ports/payment-provider'
import type { Wire } from './wire'

/**
 * A top-up in which the customer types the amount. Our ids go into session, payment intent and invoice, since Stripe
 * copies none of them to the others. Only the stored price may leave the amount open.
 */
export function checkoutParameters(input: CreditsCheckout, priceId: string) {
  const metadata = { order_id: input.orderId, account_id: String(input.accountId) }
  return {
    mode: 'payment',
    ui_mode: 'embedded_page',
    customer: input.customerId,
    client_reference_id: input.orderId,
    line_items: [{ price: priceId, quantity: 1 }],
    invoice_creation: { enabled: true, invoice_data: { description: 'Talktime credits', metadata } },
    metadata,
    payment_intent_data: { metadata },
    saved_payment_method_options: { payment_method_save: 'enabled' },
    adaptive_pricing: { enabled: false },
    return_url: input.returnUrl,
    redirect_on_completion: input.redirect,
  } satisfies Wire<Stripe.Checkout.SessionCreateParams>
}
