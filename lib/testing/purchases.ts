import { ensureCustomer } from '@/lib/core/customers/ensure-customer'
import type { Container } from '@/lib/server/container'
import type { LocalStripeControls } from './local-stripe'
import { openCustomer, type Customer } from './top-up'

/** A customer with a saved card, which is the default. */
export type Payer = Customer & Readonly<{ customerId: string; cardId: string }>

/** `card` is one of Stripe's `pm_card_…`. */
export async function openPayer(
  container: Container,
  stripe: LocalStripeControls,
  card = 'pm_card_visa',
): Promise<Payer> {
  const customer = await openCustomer(container)
  const customerId = await ensureCustomer(await customer.context(), null)
  const cardId = await saveCard(stripe, customerId, card)
  await stripe.client.customers.update(customerId, { invoice_settings: { default_payment_method: cardId } })
  return { ...customer, customerId, cardId }
}

export async function saveCard(
  stripe: LocalStripeControls,
  customerId: string,
  card: string,
): Promise<string> {
  return (await stripe.client.paymentMethods.attach(card, { customer: customerId })).id
}

/** Cents of the charges that went through, the oldest first. */
export async function chargesOf({ client }: LocalStripeControls, customerId: string): Promise<number[]> {
  const charges = await client.charges
    .list({ customer: customerId, limit: 100 })
    .autoPagingToArray({ limit: 1000 })
  return charges.filter((charge) => charge.paid).map((charge) => charge.amount)
}

/** The customer's invoices by state, the oldest first. */
export async function invoiceStatesOf(
  { client }: LocalStripeControls,
  customerId: string,
): Promise<string[]> {
  const invoices = await client.invoices
    .list({ customer: customerId, limit: 100 })
    .autoPagingToArray({ limit: 1000 })
  return invoices.map((invoice) => String(invoice.status)).toReversed()
}

/** What a person does on the page of an open invoice: presses "Pay", and answers the bank if it asks. */
export async function payOnInvoicePage(pageUrl: string, answer: 'approved' | 'denied'): Promise<void> {
  for (const fields of [{}, { authentication: answer }]) {
    const response = await fetch(pageUrl, {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
    })
    if (response.status === 303) return
    if (response.status !== 200) throw new Error(`${pageUrl} answers ${String(response.status)}`)
  }
}
