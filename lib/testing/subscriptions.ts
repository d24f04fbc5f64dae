import type Stripe from 'stripe'
import { drainJobs } from '@/lib/jobs/drain-jobs'
import { startSubscriptionCheckout } from '@/lib/core/subscriptions/start-subscription-checkout'
import type { Interval } from '@/lib/core/ports/subscription-provider'
import type { Container } from '@/lib/server/container'
import type { LocalStripeControls } from './local-stripe'
import type { Customer } from './top-up'

/** Subscribes to all of the customer's numbers and pays, as far as Stripe: events are not worked on yet. */
export async function paySubscription(
  stripe: LocalStripeControls,
  customer: Customer,
  interval: Interval = 'monthly',
): Promise<string> {
  const { clientSecret } = await startSubscriptionCheckout(await customer.context(), {
    interval,
    returnUrl: null,
    idempotencyKey: null,
  })
  const sessionId = clientSecret.split('_secret_', 1)[0] ?? ''
  const outcome = await stripe.pay(sessionId, { cents: null })
  if (outcome.kind !== 'complete') throw new Error(`the Checkout is ${JSON.stringify(outcome)}`)
  return sessionId
}

/** The same, with everything that follows from it done. */
export async function subscribe(
  container: Container,
  stripe: LocalStripeControls,
  customer: Customer,
  interval: Interval = 'monthly',
): Promise<void> {
  await paySubscription(stripe, customer, interval)
  await drainJobs(container)
}

/** The account's subscription as Stripe has it. */
export async function stripeSubscription(
  container: Container,
  stripe: LocalStripeControls,
  customer: Customer,
): Promise<Stripe.Subscription> {
  const [row] = await container.databases.app.sql<{ id: string }[]>`
    select stripe_subscription_id as id from subscription where account_id = ${customer.accountId}`
  return stripe.client.subscriptions.retrieve(row?.id ?? '')
}

/** Every invoice of the account's subscriptions that is final, the oldest first. */
export async function subscriptionInvoices(
  container: Container,
  stripe: LocalStripeControls,
  customer: Customer,
): Promise<Stripe.Invoice[]> {
  const [row] = await container.databases.app.sql<{ id: string }[]>`
    select stripe_customer_id as id from account where id = ${customer.accountId}`
  const invoices = await stripe.client.invoices.list({ customer: row?.id ?? '', limit: 100 })
  return invoices.data.filter((invoice) => invoice.status !== 'draft').toReversed()
}
