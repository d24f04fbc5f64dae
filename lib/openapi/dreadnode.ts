import { autoRefillResponse } from '@/lib/dialects/dreadnode/auto-refill-contract'
import { autoRefill } from '@/lib/dialects/dreadnode/auto-refill-routes'
import {
  balanceResponse,
  checkoutResponse,
  priceResponse,
  receiptResponse,
  transactionsResponse,
  usageResponse,
} from '@/lib/dialects/dreadnode/contract'
import { dreadnode } from '@/lib/dialects/dreadnode/errors'
import { errorResponse } from '@/lib/dialects/dreadnode/errors-contract'
import { balance, checkout, price, receipt, transactions, usage } from '@/lib/dialects/dreadnode/routes'
import type { ApiDocument } from './operation'

const CREDITS = '/api/v1/org/{slug}/credits'

/** Its document lists these for every operation. */
const STATUSES = {
  400: 'Invalid request',
  401: 'Authentication failed',
  403: 'Access forbidden',
  404: 'Not found',
  409: 'Already exists',
  422: 'Validation error',
  426: 'Upgrade required',
  429: 'Rate limited',
  500: 'Internal server error',
  502: 'Bad gateway',
  504: 'Gateway timeout',
} as const

export const dreadnodeDocument: ApiDocument = {
  title: 'Dreadnode',
  description:
    'Credits of an organisation, which the path names by its slug. A credit is worth what the operator configured, a US cent by default; balances are rounded down to whole credits.',
  credential: 'An API key of the organisation (`sk_live_…`) or an access token of one of its members.',
  dialect: dreadnode,
  refusal: errorResponse,
  statuses: STATUSES,
  operations: [
    {
      path: CREDITS,
      method: 'GET',
      endpoint: balance,
      id: 'get_credit_balance',
      group: 'Credits',
      summary: 'The balance, whether it is low, and whether it is refilled by itself',
      answers: { 200: balanceResponse },
    },
    {
      path: `${CREDITS}/checkout`,
      method: 'POST',
      endpoint: checkout,
      id: 'create_checkout_session',
      group: 'Credits',
      summary: 'Start a Checkout on Stripe’s own page for one to ten bundles of credits',
      description:
        'Credits are added once the payment has gone through. `success_url` and `cancel_url` may be paths of this site; `{CHECKOUT_SESSION_ID}` in them is filled in.',
      answers: { 200: checkoutResponse },
      refusals: [
        'subscription_active',
        'idempotency_key_reused',
        'in_flight',
        'payment_provider_unavailable',
      ],
      repeatable: true,
    },
    {
      path: `${CREDITS}/price`,
      method: 'GET',
      endpoint: price,
      id: 'get_credits_price',
      group: 'Credits',
      summary: 'What a bundle costs, and how many credits it grants',
      answers: { 200: priceResponse },
      refusals: ['payment_provider_unavailable'],
    },
    {
      path: `${CREDITS}/transactions`,
      method: 'GET',
      endpoint: transactions,
      id: 'list_credit_transactions',
      group: 'Credits',
      summary: 'What came in and what was used, newest first',
      answers: { 200: transactionsResponse },
    },
    {
      path: `${CREDITS}/transactions/{transaction_id}/receipt`,
      method: 'GET',
      endpoint: receipt,
      id: 'get_credit_transaction_receipt',
      group: 'Credits',
      summary: 'Where Stripe shows what was paid',
      answers: { 200: receiptResponse },
      refusals: ['payment_provider_unavailable'],
    },
    {
      path: `${CREDITS}/usage`,
      method: 'GET',
      endpoint: usage,
      id: 'get_usage_breakdown',
      group: 'Credits',
      summary: 'What was used in a span of time',
      description:
        'Calls, messages and numbers are `sandbox_credits`. Without dates: since the first of this month, until now.',
      answers: { 200: usageResponse },
    },
    {
      path: `${CREDITS}/auto-refill`,
      method: 'GET',
      endpoint: autoRefill,
      id: 'get_auto_refill_config',
      group: 'Auto-refill',
      summary: 'When credits are bought without asking, and how many',
      answers: { 200: autoRefillResponse },
      refusals: ['payment_provider_unavailable'],
    },
    {
      path: `${CREDITS}/auto-refill`,
      method: 'PUT',
      endpoint: autoRefill,
      id: 'set_auto_refill_config',
      group: 'Auto-refill',
      summary: 'Change when credits are bought without asking',
      description:
        'For owners. What is left out stays, null clears. `threshold` and `monthly_cap` are credits, `quantity` is bundles at a time. Switched on while the balance is below the threshold, it buys at once.',
      answers: { 200: autoRefillResponse },
      refusals: [
        'payment_method_missing',
        'payment_method_not_found',
        'conflict',
        'payment_provider_unavailable',
      ],
    },
  ],
}
