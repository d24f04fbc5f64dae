import { z } from 'zod'
import { invariant } from '@/lib/kit/assert'
import type { Container } from '@/lib/server/container'
import { localStripeControls, STRIPE_TEST_KEY } from '@/lib/testing/local-stripe'
import { openTestAccount } from '@/lib/testing/open-test-account'
import type { Stack } from '@/lib/testing/start-stack'
import { openCustomer, startTopUp } from '@/lib/testing/top-up'

const ACCOUNTS = 200
const LOADED_AT_ONCE = 50

const stripeObject = z.looseObject({ id: z.string() })
type StripeObject = z.infer<typeof stripeObject>

/**
 * Payments that Stripe has and the product has not heard of: `count` paid invoices with their payments, spread over
 * 200 accounts, and an order of ours for each. One is paid through Checkout; the others are copies under other ids.
 */
export async function preparePaidInvoices(
  stack: Stack,
  container: Container,
  count: number,
): Promise<readonly StripeObject[]> {
  const template = await payOnce(stack, container)
  const accounts = await openAccounts(container)
  const copies = Array.from({ length: count }, (_, index) => copyPayment(template, index))
  await placeOrders(container, accounts, copies)
  for (let from = 0; from < copies.length; from += LOADED_AT_ONCE) {
    await loadFixtures(stack, copies.slice(from, from + LOADED_AT_ONCE))
  }
  return copies.map((copy) => copy.invoice)
}

type Payment = Readonly<{ invoice: StripeObject; intent: StripeObject; invoicePayment: StripeObject }>
type Copy = Payment & Readonly<{ orderId: string; customerId: string; accountIndex: number }>

async function payOnce(stack: Stack, container: Container): Promise<Payment> {
  const stripe = localStripeControls(stack.stripeUrl)
  await stripe.plan({ webhooks: { drop: 1 } })
  const topUp = await startTopUp(container, await openCustomer(container))
  await stripe.pay(topUp.sessionId, { cents: 2500 })
  await stripe.calm()
  const session = await stripe.client.checkout.sessions.retrieve(topUp.sessionId)
  const { invoice, payment_intent: intent } = session
  invariant(typeof invoice === 'string' && typeof intent === 'string', 'a paid session has both')
  const list = await read(stack, `invoice_payments?invoice=${invoice}`)
  const [invoicePayment] = z.array(stripeObject).parse(list['data'])
  invariant(invoicePayment !== undefined, 'a paid invoice has a payment')
  return {
    invoice: stripeObject.parse(await read(stack, `invoices/${invoice}`)),
    intent: stripeObject.parse(await read(stack, `payment_intents/${intent}`)),
    invoicePayment,
  }
}

/** As it is on the wire: the SDK would turn decimals into objects. */
async function read(stack: Stack, path: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${stack.stripeUrl}/v1/${path}`, {
    headers: { authorization: `Bearer ${STRIPE_TEST_KEY}` },
  })
  return z.record(z.string(), z.unknown()).parse(await response.json())
}

async function openAccounts(container: Container): Promise<readonly bigint[]> {
  const { app } = container.databases
  const now = await container.clock.read()
  const ids: bigint[] = []
  for (let index = 0; index < ACCOUNTS; index++) {
    const { accountId } = await openTestAccount(app, { now })
    await app.sql`update account set stripe_customer_id = ${customerId(index)} where id = ${accountId}`
    ids.push(accountId)
  }
  return ids
}

function customerId(accountIndex: number): string {
  return `cus_bench${String(accountIndex)}`
}

function copyPayment(template: Payment, index: number): Copy {
  const accountIndex = index % ACCOUNTS
  const customer = customerId(accountIndex)
  const orderId = `ord_bench${String(index)}`
  const invoiceId = `in_bench${String(index)}`
  const intentId = `pi_bench${String(index)}`
  return {
    orderId,
    customerId: customer,
    accountIndex,
    invoice: { ...template.invoice, id: invoiceId, customer, metadata: { order_id: orderId } },
    intent: { ...template.intent, id: intentId, customer },
    invoicePayment: {
      ...template.invoicePayment,
      id: `inpay_bench${String(index)}`,
      invoice: invoiceId,
      payment: { type: 'payment_intent', payment_intent: intentId },
    },
  }
}

async function placeOrders(
  container: Container,
  accounts: readonly bigint[],
  copies: readonly Copy[],
): Promise<void> {
  const now = await container.clock.read()
  await container.databases.app.sql`
    insert into credit_order (id, account_id, stripe_customer_id, livemode, state, requested_by, created_at)
    select id, account_id::bigint, customer_id, false, 'open', 'bench', ${now}
      from unnest(${copies.map((copy) => copy.orderId)}::text[],
                  ${copies.map((copy) => String(accounts[copy.accountIndex]))}::text[],
                  ${copies.map((copy) => copy.customerId)}::text[]) as given (id, account_id, customer_id)`
}

async function loadFixtures(stack: Stack, copies: readonly Copy[]): Promise<void> {
  const objects = copies
    .flatMap(({ invoice, intent, invoicePayment }) => [invoice, intent, invoicePayment])
    .map((body) => ({ body }))
  const response = await fetch(`${stack.stripeUrl}/_emulator/fixtures`, {
    method: 'POST',
    body: JSON.stringify({ objects }),
  })
  if (!response.ok) throw new Error(`Fixtures were refused: ${await response.text()}`)
}
