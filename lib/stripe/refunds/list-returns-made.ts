import type Stripe from 'stripe'
import type { ListedReturn, PaymentReads, ReturnPage } from '@/lib/core/ports/payment-provider'
import { callStripe, type Endpoint } from '../call-stripe'
import type { Limiter } from '../limiter'
import { parseDispute, parseRefund, parseReturnedPayment, parseWarning } from '../parse/payment-return'

type Parts = Readonly<{ client: Stripe; limiter: Limiter }>
type Question = Readonly<{
  created: Readonly<{ gte: number; lt: number }>
  limit: number
  starting_after?: string
}>

const PAGE_SIZE = 100

/** One page of the refunds, disputes or warnings of all customers, by when they were made. */
export async function listReturnsMade(
  parts: Parts,
  { kind, since, until, after }: Parameters<PaymentReads['returns']>[0],
): Promise<ReturnPage> {
  const { client } = parts
  const question: Question = {
    created: { gte: Math.floor(since.getTime() / 1000), lt: Math.ceil(until.getTime() / 1000) },
    limit: PAGE_SIZE,
    ...(after === null ? {} : { starting_after: after }),
  }
  switch (kind) {
    case 'refund':
      return ask(parts, 'GET /v1/refunds', {
        list: (options) => client.refunds.list(question, options),
        parse: parseRefund,
      })
    case 'dispute':
      return ask(parts, 'GET /v1/disputes', {
        list: (options) => client.disputes.list(question, options),
        parse: parseDispute,
      })
    case 'warning':
      return ask(parts, 'GET /v1/radar/early_fraud_warnings', {
        list: (options) => client.radar.earlyFraudWarnings.list(question, options),
        parse: parseWarning,
      })
  }
}

type Listing<T> = Readonly<{
  list(options: Stripe.RequestOptions): Promise<Readonly<{ data: readonly T[]; has_more: boolean }>>
  parse(item: T): Omit<ListedReturn, 'paymentId'>
}>

async function ask<T extends { id: string }>(
  { limiter }: Parts,
  endpoint: Endpoint,
  { list, parse }: Listing<T>,
): Promise<ReturnPage> {
  const page = await callStripe(limiter, { endpoint, priority: 'read' }, list)
  return {
    returns: page.data.map((item) => ({ ...parse(item), paymentId: parseReturnedPayment(item) })),
    lastId: page.data.at(-1)?.id ?? null,
    hasMore: page.has_more,
  }
}
