import type Stripe from 'stripe'
import { givenCustomer } from './scenes'

/** Two prices of one product: 12.00 USD a month, and 120.00 USD a year. */
export async function givenNumberPrices(stripe: Stripe): Promise<{ monthly: string; annual: string }> {
  const product = await stripe.products.create({ name: 'Number' })
  const price = (unit_amount: number, interval: 'month' | 'year') =>
    stripe.prices.create({ product: product.id, currency: 'usd', unit_amount, recurring: { interval } })
  return { monthly: (await price(1200, 'month')).id, annual: (await price(12_000, 'year')).id }
}

/** A customer with a saved card as default. */
export async function givenPayingCustomer(stripe: Stripe, method = 'pm_card_visa') {
  const { id: customer } = await givenCustomer(stripe)
  const card = await stripe.paymentMethods.attach(method, { customer })
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: card.id } })
  return { customer, card: card.id }
}

/** An active subscription to so many units a month. */
export async function givenSubscription(
  stripe: Stripe,
  quantity = 1,
  more: Partial<Stripe.SubscriptionCreateParams> = {},
) {
  const prices = await givenNumberPrices(stripe)
  const payer = await givenPayingCustomer(stripe)
  const subscription = await stripe.subscriptions.create({
    customer: payer.customer,
    items: [{ price: prices.monthly, quantity }],
    ...more,
  })
  return { ...prices, ...payer, subscription, item: itemOf(subscription) }
}

/** The one item of a subscription. @throws where it has another number of them. */
export function itemOf(subscription: Stripe.Subscription): Stripe.SubscriptionItem {
  const [item, ...others] = subscription.items.data
  if (item === undefined || others.length > 0) throw new Error('The subscription has not exactly one item.')
  return item
}

/** The id of a subscription's latest invoice, expanded or not. @throws where it has none. */
export function latestInvoiceOf({ latest_invoice: invoice }: Stripe.Subscription): string {
  if (invoice === null) throw new Error('The subscription has no invoice.')
  return typeof invoice === 'string' ? invoice : invoice.id
}
