import {
  canAffordResponse,
  creditsResponse,
  previewResponse,
  purchaseResponse,
  statsResponse,
  transactionsResponse,
  userResponse,
} from '@/lib/dialects/chuger/contract'
import { chugerAt } from '@/lib/dialects/chuger/errors'
import { errorResponse } from '@/lib/dialects/chuger/errors-contract'
import {
  canAfford,
  credits,
  previewCost,
  purchase,
  transactions,
  usageStats,
  user,
} from '@/lib/dialects/chuger/routes'
import type { ApiDocument } from './operation'

export const chugerDocument: ApiDocument = {
  title: 'Chuger',
  description:
    'Credits with a monthly allowance. A credit is worth what the operator configured, a US cent by default; what is left is rounded down, what was used up. Every answer says in `X-Monthly-Quota` and `X-Monthly-Remaining` what the plan gives this month and what is left of it.',
  credential: 'An API key of the account (`sk_live_…`) or a personal access token.',
  dialect: chugerAt('/v1/credits'),
  refusal: errorResponse,
  operations: [
    {
      path: '/v1/credits',
      method: 'GET',
      endpoint: credits,
      id: 'get-credits',
      group: 'Credits',
      summary: 'The balance and what has become of this month’s allowance',
      answers: { 200: creditsResponse },
    },
    {
      path: '/v1/credits/usage-stats',
      method: 'GET',
      endpoint: usageStats,
      id: 'get-usage-stats',
      group: 'Credits',
      summary: 'How much of the allowance is used, and when it is renewed',
      answers: { 200: statsResponse },
    },
    {
      path: '/v1/credits/transactions',
      method: 'GET',
      endpoint: transactions,
      id: 'list-transactions',
      group: 'Credits',
      summary: 'What consumed credits, newest first',
      answers: { 200: transactionsResponse },
    },
    {
      path: '/v1/credits/purchase',
      method: 'POST',
      endpoint: purchase,
      id: 'purchase-credits',
      group: 'Credits',
      summary: 'Start a Checkout on Stripe’s own page for so many credits',
      description: 'Credits are added once the payment has gone through, and outlive the month.',
      answers: { 200: purchaseResponse },
      refusals: [
        'subscription_active',
        'idempotency_key_reused',
        'in_flight',
        'payment_provider_unavailable',
      ],
      repeatable: true,
    },
    {
      path: '/v1/credits/preview-cost',
      method: 'POST',
      endpoint: previewCost,
      id: 'preview-cost',
      group: 'Costs',
      summary: 'What a number of requests to a service would cost',
      answers: { 200: previewResponse },
    },
    {
      path: '/v1/credits/can-afford',
      method: 'POST',
      endpoint: canAfford,
      id: 'can-afford',
      group: 'Costs',
      summary: 'Whether the balance covers a number of requests to a service',
      answers: { 200: canAffordResponse },
    },
    {
      path: '/user',
      method: 'GET',
      endpoint: user,
      id: 'get-user',
      group: 'User',
      summary: 'The person whose token this is',
      answers: { 200: userResponse },
      refusals: ['not_found'],
    },
  ],
}
