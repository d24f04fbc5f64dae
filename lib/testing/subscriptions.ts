import type Stripe from 'stripe'
import { ensureCustomer } from '@/lib/core/customers/ensure-customer'
import { buyNumber } from '@/lib/core/numbers/buy-number'
import type { Interval } from '@/lib/core/ports/subscription-provider'
import { startSubscriptionCheckout } from '@/lib/core/subscriptions/start-subscription-checkout'
import { drainJobs } from '@/lib/jobs/drain-jobs'
import { invariant } from '@/lib/kit/assert'
import type { Container } from '@/lib/server/container'
import type { LocalStripeControls } from './local-stripe'
import type { Customer } from './top-up'

/** Buys a number for the customer, as a form of the dashboard does. */
export async function buyOne(customer: Customer) {
  return buyNumber(await customer.context(), {
    areaCode: null,
    consent: 'yes',
    inboundInstruction: null,
    inboundVoiceGender: null,
    inboundLanguage: null,
    idempotencyKey: null,
  })
}

/**
 * Subscribes to all of the customer's numbers through Checkout, and does what a worker would do then. Returns the
 * subscription's id at Stripe.
 */
export async function subscribe(
  container: Container,
  stripe: LocalStripeControls,
  customer: Customer,
  interval: Interval = 'monthly',
): Promise<string> {
  const sessionId = await openSubscriptionCheckout(customer, interval)
  const outcome = await stripe.pay(sessionId, { cents: null })
  invariant(outcome.kind === 'complete', `the Checkout is ${JSON.stringify(outcome)}`)
  await drainJobs(container)
  const { subscription } = await stripe.client.checkout.sessions.retrieve(sessionId)
  invariant(typeof subscription === 'string', 'the Checkout has made a subscription')
  return subscription
}

/** A Checkout that nobody has paid yet: its session's id. */
export async function openSubscriptionCheckout(customer: Customer, interval: Interval): Promise<string> {
  const { clientSecret } = await startSubscriptionCheckout(await customer.context(), {
    interval,
    returnUrl: null,
    idempotencyKey: null,
  })
  return clientSecret.split('_secret_', 1)[0] ?? ''
}

/** Makes a test card the one that the customer's invoices and renewals are paid with. */
export async function setCard(stripe: LocalStripeControls, customerId: string, card: string): Promise<void> {
  const { id } = await stripe.client.paymentMethods.attach(card, { customer: customerId })
  await stripe.client.customers.update(customerId, { invoice_settings: { default_payment_method: id } })
  const { data } = await stripe.client.subscriptions.list({ customer: customerId })
  for (const subscription of data) {
    await stripe.client.subscriptions.update(subscription.id, { default_payment_method: id })
  }
}

/** Moves the time on, and does what a worker would do by then. */
export async function passTime(
  container: Container,
  stripe: LocalStripeControls,
  seconds: number,
): Promise<void> {
  await stripe.advance(seconds)
  await drainJobs(container)
}

/** Every final invoice of the account's customer, the oldest first. */
export async function invoicesOf(
  stripe: LocalStripeControls,
  customer: Customer,
): Promise<readonly Stripe.Invoice[]> {
  const customerId = await ensureCustomer(await customer.context(), null)
  const { data } = await stripe.client.invoices.list({ customer: customerId, limit: 100 })
  return data.filter((invoice) => invoice.status !== 'draft').toReversed()
}
