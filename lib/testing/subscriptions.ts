import type Stripe from 'stripe'
import { ensureCustomer } from '@/lib/core/customers/ensure-customer'
import { buyNumber } from '@/lib/core/numbers/buy-number'
import type { Interval } from '@/lib/core/ports/subscription-provider'
import { convergeSubscription } from '@/lib/core/subscriptions/converge-subscription'
import { drainJobs } from '@/lib/jobs/drain-jobs'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'
import type { LocalStripeControls } from './local-stripe'
import type { Customer } from './top-up'

const LOOKUP_KEYS = { monthly: 'talktime_number_monthly', annual: 'talktime_number_annual' } as const

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
 * Makes a subscription for the customer at Stripe itself, paid by a card of its own that becomes the default, and
 * converges on it. Who wants the whole way goes through Checkout.
 */
export async function subscribeAtStripe(
  container: Container,
  stripe: LocalStripeControls,
  customer: Customer,
  options: Readonly<{ interval?: Interval; quantity?: number; card?: string }> = {},
): Promise<string> {
  const customerId = await ensureCustomer(await customer.context(), null)
  await setCard(stripe, customerId, options.card ?? 'pm_card_visa')
  const { data } = await stripe.client.prices.list({
    lookup_keys: [LOOKUP_KEYS[options.interval ?? 'monthly']],
  })
  const made = await stripe.client.subscriptions.create({
    customer: customerId,
    items: [{ price: data[0]?.id ?? '', quantity: options.quantity ?? 1 }],
  })
  const system = await makeContext(container, { kind: 'system', name: 'test' }, newId('req'))
  await convergeSubscription(system, made.id)
  return made.id
}

/** Makes a test card the customer's default. */
export async function setCard(stripe: LocalStripeControls, customerId: string, card: string): Promise<void> {
  const method = await stripe.client.paymentMethods.attach(card, { customer: customerId })
  await stripe.client.customers.update(customerId, {
    invoice_settings: { default_payment_method: method.id },
  })
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
