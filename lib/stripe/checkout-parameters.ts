import type Stripe from 'stripe'
import type { CreditsCheckout, HostedCheckout } from '@/lib/core/ports/payment-provider'
import { exactCents } from '@/lib/kit/money'
import type { Wire } from './wire'

/** A top-up in which the customer types the amount. Only the stored price may leave the amount open. */
export function checkoutParameters(input: CreditsCheckout, priceId: string) {
  return {
    ...saleParameters(input),
    ui_mode: 'embedded_page',
    line_items: [{ price: priceId, quantity: 1 }],
    return_url: input.returnUrl,
    redirect_on_completion: input.redirect,
  } satisfies Wire<Stripe.Checkout.SessionCreateParams>
}

/** A sale for an amount of ours, on Stripe's own page. */
export function hostedCheckoutParameters(input: HostedCheckout) {
  return {
    ...saleParameters(input),
    ui_mode: 'hosted_page',
    line_items: [lineItem(input.item)],
    success_url: input.successUrl,
    cancel_url: input.cancelUrl,
  } satisfies Wire<Stripe.Checkout.SessionCreateParams>
}

/** Our ids go into session, payment intent and invoice, since Stripe copies none of them to the others. */
function saleParameters(input: Pick<CreditsCheckout, 'orderId' | 'accountId' | 'customerId'>) {
  const metadata = { order_id: input.orderId, account_id: String(input.accountId) }
  return {
    mode: 'payment',
    customer: input.customerId,
    client_reference_id: input.orderId,
    invoice_creation: { enabled: true, invoice_data: { description: 'Talktime credits', metadata } },
    metadata,
    payment_intent_data: { metadata },
    saved_payment_method_options: { payment_method_save: 'enabled' },
    adaptive_pricing: { enabled: false },
  } satisfies Wire<Stripe.Checkout.SessionCreateParams>
}

function lineItem(item: HostedCheckout['item']) {
  if ('priceId' in item) return { price: item.priceId, quantity: item.quantity }
  return {
    price_data: {
      currency: 'usd',
      unit_amount: exactCents(item.amount),
      product_data: { name: item.name },
    },
    quantity: 1,
  }
}
