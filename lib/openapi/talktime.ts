import { z } from 'zod'
import { errorResponse } from '@/lib/dialects/dial/contract'
import { dial } from '@/lib/dialects/dial/errors'
import { defaultResponse, paymentMethodCheckoutResponse } from '@/lib/dialects/dial/payment-method-contract'
import { defaultPaymentMethod, paymentMethodCheckout } from '@/lib/dialects/dial/payment-method-routes'
import { cancellationResponse } from '@/lib/dialects/dial/subscription-contract'
import { subscriptionCancel, subscriptionResume } from '@/lib/dialects/dial/subscription-routes'
import { usageEvent, usageResponse } from '@/lib/dialects/dial/usage-contract'
import { usage } from '@/lib/dialects/dial/usage-routes'
import { USAGE_EVENTS_MAX } from '@/lib/core/usage/record-usage'
import type { ApiDocument, Operation } from './operation'

const setDefault = {
  path: '/api/v1/billing/payment-methods/{id}/default',
  endpoint: defaultPaymentMethod,
  group: 'Payment methods',
  summary: 'Make a payment method the one that is charged',
  answers: { 200: defaultResponse },
  refusals: ['conflict', 'payment_provider_unavailable'],
} as const satisfies Partial<Operation>

/** What Talktime offers beyond the published APIs, in Dial's words. */
export const talktimeDocument: ApiDocument = {
  title: 'Talktime',
  description:
    'What Talktime adds to the published APIs: reporting usage, saving and choosing payment methods, ending a subscription. Amounts, names and refusals are those of Dial.',
  credential: 'An API key of the account (`sk_live_…`), made under Settings, API keys.',
  dialect: dial,
  refusal: errorResponse,
  operations: [
    {
      path: '/api/v1/usage',
      method: 'POST',
      endpoint: usage,
      id: 'report-usage',
      group: 'Usage',
      summary: 'Report calls and messages to be charged',
      description:
        'One event, or up to a batch of `events`. Each is judged by itself and known by its `id`: reported again it is a `duplicate` and costs nothing.',
      body: z.union([z.object({ events: z.array(usageEvent).min(1).max(USAGE_EVENTS_MAX) }), usageEvent]),
      answers: { 200: usageResponse },
    },
    {
      path: '/api/v1/billing/checkout/payment-method',
      method: 'POST',
      endpoint: paymentMethodCheckout,
      id: 'create-payment-method-checkout',
      group: 'Payment methods',
      summary: 'Start an embedded Checkout that saves a payment method',
      answers: { 200: paymentMethodCheckoutResponse },
      refusals: ['idempotency_key_reused', 'in_flight', 'payment_provider_unavailable'],
      repeatable: true,
    },
    { ...setDefault, method: 'PUT', id: 'set-default-payment-method' },
    { ...setDefault, method: 'POST', id: 'set-default-payment-method-by-post' },
    {
      path: '/api/v1/billing/subscription/cancel',
      method: 'POST',
      endpoint: subscriptionCancel,
      id: 'cancel-subscription',
      group: 'Subscription',
      summary: 'End the subscription with the period that is paid',
      answers: { 200: cancellationResponse },
      refusals: ['subscription_missing', 'conflict', 'payment_provider_unavailable'],
    },
    {
      path: '/api/v1/billing/subscription/resume',
      method: 'POST',
      endpoint: subscriptionResume,
      id: 'resume-subscription',
      group: 'Subscription',
      summary: 'Go on with a subscription that was to end',
      answers: { 200: cancellationResponse },
      refusals: ['subscription_missing', 'conflict', 'payment_provider_unavailable'],
    },
  ],
}
