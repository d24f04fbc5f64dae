import type Stripe from 'stripe'
import type { PaymentReturn } from '@/lib/core/ports/payment-provider'
import { callStripe, type Endpoint } from '../call-stripe'
import type { Limiter } from '../limiter'
import { orNull } from '../or-null'
import { parseDispute, parseRefund, parseWarning } from '../parse/payment-return'

type Parts = Readonly<{ client: Stripe; limiter: Limiter }>
type Page<T> = Readonly<{ data: readonly T[]; has_more: boolean }>
type Question = Readonly<{ payment_intent: string; limit: number; starting_after?: string }>

const PAGE_SIZE = 100

/** Three lists, asked for at once: Stripe has no other way to ask what became of a payment. */
export async function listReturns(parts: Parts, paymentId: string): Promise<readonly PaymentReturn[]> {
  const { client } = parts
  const all = <T extends { id: string }>(
    endpoint: Endpoint,
    list: (question: Question, options: Stripe.RequestOptions) => Promise<Page<T>>,
  ) => listAll(parts.limiter, endpoint, paymentId, list)
  const [refunds, disputes, warnings] = await Promise.all([
    all('GET /v1/refunds', (question, options) => client.refunds.list(question, options)),
    all('GET /v1/disputes', (question, options) => client.disputes.list(question, options)),
    all('GET /v1/radar/early_fraud_warnings', (question, options) =>
      client.radar.earlyFraudWarnings.list(question, options),
    ),
  ])
  return [...refunds.map(parseRefund), ...disputes.map(parseDispute), ...warnings.map(parseWarning)]
}

async function listAll<T extends { id: string }>(
  limiter: Limiter,
  endpoint: Endpoint,
  paymentId: string,
  list: (question: Question, options: Stripe.RequestOptions) => Promise<Page<T>>,
): Promise<readonly T[]> {
  const found: T[] = []
  for (;;) {
    const last = found.at(-1)
    const after = last === undefined ? {} : { starting_after: last.id }
    const page = await orNull(
      callStripe(limiter, { endpoint, priority: 'read' }, (options) =>
        list({ payment_intent: paymentId, limit: PAGE_SIZE, ...after }, options),
      ),
      'payment_intent',
    )
    found.push(...(page?.data ?? []))
    if (page === null || !page.has_more || page.data.length === 0) return found
  }
}
