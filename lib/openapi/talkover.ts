import {
  disabledResponse,
  historyResponse,
  paymentMethodsResponse,
  settingsResponse,
  testedResponse,
  updatedSettingsResponse,
} from '@/lib/dialects/talkover/auto-topup-contract'
import {
  autoTopupDisable,
  autoTopupHistory,
  autoTopupPaymentMethods,
  autoTopupSettings,
  autoTopupTest,
} from '@/lib/dialects/talkover/auto-topup-routes'
import { balanceResponse, purchaseResponse } from '@/lib/dialects/talkover/credits-contract'
import { creditsBalance, creditsPurchase } from '@/lib/dialects/talkover/credits-routes'
import { errorResponse } from '@/lib/dialects/talkover/contract'
import { talkover } from '@/lib/dialects/talkover/errors'
import {
  createdTokenResponse,
  revokedTokenResponse,
  tokensResponse,
  userResponse,
} from '@/lib/dialects/talkover/person-contract'
import { apiToken, apiTokens, user } from '@/lib/dialects/talkover/person-routes'
import { sessionResponse } from '@/lib/dialects/talkover/session-contract'
import { session } from '@/lib/dialects/talkover/session-routes'
import type { ApiDocument, Operation } from './operation'

const credits: readonly Operation[] = [
  {
    path: '/api/v1/credits/purchase',
    method: 'POST',
    endpoint: creditsPurchase,
    id: 'purchase-credits',
    group: 'Credits',
    summary: 'Buy credits with a saved card, at once',
    description:
      'Charges `payment_method_id`, or the default. Amounts are dollars, from 0.50 to 10,000, with at most two decimals. Where the bank asks for the customer, `details.url` continues the same purchase in a browser.',
    answers: { 200: purchaseResponse },
    refusals: [
      'payment_declined',
      'authentication_required',
      'payment_method_missing',
      'payment_method_not_found',
      'payment_pending',
      'subscription_active',
      'conflict',
      'idempotency_key_reused',
      'in_flight',
      'payment_provider_unavailable',
    ],
    repeatable: true,
  },
  {
    path: '/api/v1/credits/balance',
    method: 'GET',
    endpoint: creditsBalance,
    id: 'get-credits-balance',
    group: 'Credits',
    summary: 'What the wallet holds now',
    answers: { 200: balanceResponse },
  },
]

const signIn: Operation = {
  path: '/api/v1/auth/session',
  method: 'POST',
  endpoint: session,
  id: 'create-session',
  group: 'API tokens',
  summary: 'A session token for an e-mail address and a password',
  description: 'It may do what the person may, and ends after eight hours.',
  answers: { 200: sessionResponse },
  // A member of no organisation.
  refusals: ['forbidden'],
}

const autoTopup: readonly Operation[] = [
  {
    path: '/api/v1/auto-topup/settings',
    method: 'GET',
    endpoint: autoTopupSettings,
    id: 'get-auto-topup-settings',
    group: 'Automatic top-up',
    summary: 'What is topped up by itself, and how today went',
    description: 'Asked with an API key of the account, as everything under this heading.',
    answers: { 200: settingsResponse },
  },
  {
    path: '/api/v1/auto-topup/settings',
    method: 'PUT',
    endpoint: autoTopupSettings,
    id: 'update-auto-topup-settings',
    group: 'Automatic top-up',
    summary: 'Change what is topped up by itself',
    description:
      'What is left out stays. Switched on while the balance is below the threshold, it charges at once. `scheduled_amount` and `day_of_month` are needed for a schedule.',
    answers: { 200: updatedSettingsResponse },
    refusals: [
      'payment_method_missing',
      'payment_method_not_found',
      'conflict',
      'payment_provider_unavailable',
    ],
  },
  {
    path: '/api/v1/auto-topup/disable',
    method: 'POST',
    endpoint: autoTopupDisable,
    id: 'disable-auto-topup',
    group: 'Automatic top-up',
    summary: 'Switch threshold and schedule off, and keep what is set',
    answers: { 200: disabledResponse },
    refusals: ['conflict'],
  },
  {
    path: '/api/v1/auto-topup/test',
    method: 'POST',
    endpoint: autoTopupTest,
    id: 'test-auto-topup',
    group: 'Automatic top-up',
    summary: 'Charge the recharge amount now, for real',
    description: 'Whatever the balance is. It counts under the daily limit.',
    answers: { 200: testedResponse },
    refusals: [
      'auto_top_up_not_configured',
      'daily_limit_exceeded',
      'payment_declined',
      'authentication_required',
      'payment_method_missing',
      'payment_method_not_found',
      'payment_pending',
      'subscription_active',
      'conflict',
      'idempotency_key_reused',
      'in_flight',
      'payment_provider_unavailable',
    ],
    repeatable: true,
  },
  {
    path: '/api/v1/auto-topup/history',
    method: 'GET',
    endpoint: autoTopupHistory,
    id: 'get-auto-topup-history',
    group: 'Automatic top-up',
    summary: 'Every charge by itself and every one left out, newest first',
    answers: { 200: historyResponse },
  },
  {
    path: '/api/v1/auto-topup/payment-methods',
    method: 'GET',
    endpoint: autoTopupPaymentMethods,
    id: 'list-auto-topup-payment-methods',
    group: 'Automatic top-up',
    summary: 'The saved cards that can be charged, the default first',
    answers: { 200: paymentMethodsResponse },
    refusals: ['payment_provider_unavailable'],
  },
]

const account: readonly Operation[] = [
  {
    path: '/api/user',
    method: 'GET',
    endpoint: user,
    id: 'get-current-user',
    group: 'Account',
    summary: 'Who the credential stands for',
    answers: { 200: userResponse },
    refusals: ['not_found'],
  },
  {
    path: '/api/v1/user/api-tokens',
    method: 'GET',
    endpoint: apiTokens,
    id: 'list-api-tokens',
    group: 'API tokens',
    summary: 'Your personal tokens, newest first',
    answers: { 200: tokensResponse },
  },
  {
    path: '/api/v1/user/api-tokens',
    method: 'POST',
    endpoint: apiTokens,
    id: 'create-api-token',
    group: 'API tokens',
    summary: 'Make a personal token',
    description: 'It may do all that you may, or only its `abilities`. `token` is shown this once.',
    answers: { 200: createdTokenResponse },
    refusals: ['conflict'],
  },
  {
    path: '/api/v1/user/api-tokens/{token_id}',
    method: 'DELETE',
    endpoint: apiToken,
    id: 'revoke-api-token',
    group: 'API tokens',
    summary: 'Revoke a token, at once',
    answers: { 200: revokedTokenResponse },
  },
]

/** Talkover: credits in dollars with two decimals, bought with one call. */
export const talkoverDocument: ApiDocument = {
  title: 'Talkover',
  description:
    'Buying credits with a saved card, and reading the balance. Names are snake_case; amounts are JSON numbers in dollars with two decimals. What went well is `{"success": true, "data": …}`, every refusal `{"success": false, "message", "code", "details"}`.',
  credential:
    'A session token (POST /api/v1/auth/session) or a personal token, made under Settings, Access tokens.',
  dialect: talkover,
  refusal: errorResponse,
  operations: [signIn, ...credits, ...autoTopup, ...account],
}
