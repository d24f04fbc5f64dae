import { performance } from 'node:perf_hooks'
import { ensureCustomer } from '@/lib/core/customers/ensure-customer'
import { purchaseCredits } from '@/lib/core/purchases/purchase-credits'
import { usdFromCents } from '@/lib/kit/money'
import { makeContext, type Container } from '@/lib/server/container'
import { localStripeControls, type LocalStripeControls } from '@/lib/testing/local-stripe'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { saveCard } from '@/lib/testing/purchases'
import { createTestDatabase } from '@/lib/testing/test-database'
import type { BenchContext, BenchRow } from './bench'
import { percentile } from './drive-http'
import { startProduct } from './start-product'

const ROUNDS = 24
const WARM_UP = 4
const STRIPE_LATENCY_MS = 150
const MS_TARGET = 25
const CENTS = 2_500

type Payer = Readonly<{ person: TestPerson; customerId: string; cardId: string }>

/**
 * A purchase with a saved card beside the Stripe calls that it consists of, made by hand one after the other. They take
 * turns, so that whatever else the machine does meets both. Stripe's limiter is raised.
 */
export async function run({ server, say }: BenchContext): Promise<readonly BenchRow[]> {
  const ends: (() => Promise<unknown>)[] = []
  try {
    const database = await createTestDatabase(server)
    ends.push(() => database.drop())
    say('building and starting the app')
    const { container, stripeUrl } = await startProduct(server, database, ends)
    const stripe = localStripeControls(stripeUrl)
    const payer = await openPayer(container, stripe)
    await container.databases.app.sql`analyze`
    await stripe.plan({ latencyMs: STRIPE_LATENCY_MS })
    say('measuring')
    const purchases: number[] = []
    const calls: number[] = []
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      const bought = await timed(() => buy(container, payer))
      const called = await timed(() => callByHand(stripe, payer))
      if (round >= 0) purchases.push(bought)
      if (round >= 0) calls.push(called)
    }
    return [rowOf(percentile(purchases, 0.5), percentile(calls, 0.5))]
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

async function openPayer(container: Container, stripe: LocalStripeControls): Promise<Payer> {
  const person = await addPerson(container)
  const customerId = await ensureCustomer(await makeContext(container, person.actor, 'req_bench'), null)
  const cardId = await saveCard(stripe, customerId, 'pm_card_visa')
  await stripe.client.customers.update(customerId, { invoice_settings: { default_payment_method: cardId } })
  return { person, customerId, cardId }
}

async function buy(container: Container, { person }: Payer): Promise<void> {
  const ctx = await makeContext(container, person.actor, 'req_bench')
  await purchaseCredits(ctx, {
    amount: usdFromCents(CENTS),
    paymentMethodId: null,
    idempotencyKey: `bench-${String(performance.now())}`,
  })
}

async function callByHand({ client }: LocalStripeControls, { customerId, cardId }: Payer): Promise<void> {
  await client.customers.retrieve(customerId, { expand: ['invoice_settings.default_payment_method'] })
  const { id } = await client.invoices.create({
    customer: customerId,
    currency: 'usd',
    auto_advance: false,
    default_payment_method: cardId,
  })
  await client.invoiceItems.create({ customer: customerId, invoice: id, amount: CENTS, currency: 'usd' })
  await client.invoices.finalizeInvoice(id, { auto_advance: false })
  await client.invoices.pay(id, {
    payment_method: cardId,
    off_session: true,
    expand: ['payments.data.payment.payment_intent'],
  })
}

async function timed(run: () => Promise<void>): Promise<number> {
  const before = performance.now()
  await run()
  return performance.now() - before
}

function rowOf(purchaseMs: number, callsMs: number): BenchRow {
  const addedMs = purchaseMs - callsMs
  return {
    name: `a purchase with a saved card, beside its five Stripe calls (${String(STRIPE_LATENCY_MS)} ms each)`,
    measured: `p50 ${purchaseMs.toFixed(1)} ms`,
    beside: `p50 ${callsMs.toFixed(1)} ms`,
    ratio: purchaseMs / callsMs,
    target: `adds at most ${String(MS_TARGET)} ms: ${addedMs.toFixed(1)} ms`,
    isMet: addedMs <= MS_TARGET,
  }
}
