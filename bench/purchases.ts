import { performance } from 'node:perf_hooks'
import { invariant } from '@/lib/kit/assert'
import { addBuyer, type Buyer } from '@/lib/testing/buyer'
import { localStripeControls, type LocalStripeControls } from '@/lib/testing/local-stripe'
import { createTestDatabase } from '@/lib/testing/test-database'
import { analyze } from './analyze'
import type { BenchContext, BenchRow } from './bench'
import { percentile } from './drive-http'
import { startProduct, type BenchedProduct } from './start-product'

const ROUNDS = 24
const WARM_UP = 4
const STRIPE_LATENCY_MS = 150
const MS_TARGET = 25
const CENTS = 2_500

/**
 * A purchase with a saved card, over HTTP, beside the Stripe calls that it consists of, made by hand one after the other. They take
 * turns, so that whatever else the machine does meets both. Stripe's limiter is raised.
 */
export async function run({ server, say }: BenchContext): Promise<readonly BenchRow[]> {
  const ends: (() => Promise<unknown>)[] = []
  try {
    const database = await createTestDatabase(server)
    ends.push(() => database.drop())
    say('building and starting the app')
    const product = await startProduct(server, database, ends)
    const { container } = product
    const stripe = localStripeControls(product.stripeUrl)
    const buyer = await addBuyer(container, stripe)
    await analyze(database)
    await stripe.plan({ latencyMs: STRIPE_LATENCY_MS })
    say('measuring')
    const purchases: number[] = []
    const calls: number[] = []
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      // What guards the endpoint against a stolen credential is not what is measured.
      await container.databases.app.sql`delete from rate_limit`
      const bought = await timed(() => buy(product, buyer))
      const called = await timed(() => callByHand(stripe, buyer))
      if (round >= 0) purchases.push(bought)
      if (round >= 0) calls.push(called)
    }
    return [rowOf(percentile(purchases, 0.5), percentile(calls, 0.5))]
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

async function buy({ appUrl }: BenchedProduct, { token }: Buyer): Promise<void> {
  const response = await fetch(`${appUrl}/api/v1/credits/purchase`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ amount: CENTS / 100 }),
  })
  invariant(response.status === 200, `the purchase answers ${String(response.status)}`)
  await response.arrayBuffer()
}

async function callByHand({ client }: LocalStripeControls, { customerId, cardId }: Buyer): Promise<void> {
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
    name: `POST /api/v1/credits/purchase, beside its five Stripe calls (${String(STRIPE_LATENCY_MS)} ms each)`,
    measured: `p50 ${purchaseMs.toFixed(1)} ms`,
    beside: `p50 ${callsMs.toFixed(1)} ms`,
    ratio: purchaseMs / callsMs,
    target: `adds at most ${String(MS_TARGET)} ms: ${addedMs.toFixed(1)} ms`,
    isMet: addedMs <= MS_TARGET,
  }
}
