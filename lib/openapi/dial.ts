import { activity } from '@/lib/dialects/dial/activity-routes'
import { activityResponse } from '@/lib/dialects/dial/activity-contract'
import { billingResponse, creditsCheckoutResponse, errorResponse } from '@/lib/dialects/dial/contract'
import { dial } from '@/lib/dialects/dial/errors'
import { invoice, invoiceResponse } from '@/lib/dialects/dial/invoice-routes'
import { numberResponse, numbersResponse, releaseResponse } from '@/lib/dialects/dial/numbers-contract'
import { removedResponse } from '@/lib/dialects/dial/payment-method-contract'
import { paymentMethod } from '@/lib/dialects/dial/payment-method-routes'
import { billing, creditsCheckout, number, numbers } from '@/lib/dialects/dial/routes'
import {
  changeResponse,
  previewResponse,
  subscriptionCheckoutResponse,
} from '@/lib/dialects/dial/subscription-contract'
import {
  subscriptionChange,
  subscriptionCheckout,
  subscriptionPreview,
} from '@/lib/dialects/dial/subscription-routes'
import type { ApiDocument, Operation } from './operation'

const CHARGES: Operation['refusals'] = ['idempotency_key_reused', 'in_flight', 'payment_provider_unavailable']

const wallet: readonly Operation[] = [
  {
    path: '/api/v1/billing',
    method: 'GET',
    endpoint: billing,
    id: 'get-billing',
    group: 'Billing',
    summary: 'Wallet, subscription, numbers, deposits, prices and payment methods',
    description:
      'Amounts are whole US cents; a balance below a cent is rounded down and may be below zero. `numbersReleaseAt` and `recentUsage` are additions to the published API.',
    answers: { 200: billingResponse },
    refusals: ['payment_provider_unavailable'],
  },
  {
    path: '/api/v1/billing/activity',
    method: 'GET',
    endpoint: activity,
    id: 'list-billing-activity',
    group: 'Billing',
    summary: 'Usage, credits and payments, newest first',
    description:
      'Read on with `cursor`, the `nextCursor` of the page before, or with `starting_after`, the `occurredAt` of its last item.',
    answers: { 200: activityResponse },
  },
  {
    path: '/api/v1/billing/invoices/{invoiceId}',
    method: 'GET',
    endpoint: invoice,
    id: 'get-invoice',
    group: 'Billing',
    summary: 'Where an invoice can be seen and downloaded',
    answers: { 200: invoiceResponse },
    refusals: ['payment_provider_unavailable'],
  },
  {
    path: '/api/v1/billing/checkout/credits',
    method: 'POST',
    endpoint: creditsCheckout,
    id: 'create-credits-checkout',
    group: 'Checkout',
    summary: 'Start an embedded Checkout in which the customer types the amount',
    answers: { 200: creditsCheckoutResponse },
    refusals: ['subscription_active', ...CHARGES],
    repeatable: true,
  },
]

const subscription: readonly Operation[] = [
  {
    path: '/api/v1/billing/checkout/subscription',
    method: 'POST',
    endpoint: subscriptionCheckout,
    id: 'create-subscription-checkout',
    group: 'Checkout',
    summary: 'Start an embedded Checkout of a subscription that covers every number',
    answers: { 200: subscriptionCheckoutResponse },
    refusals: ['subscription_active', 'conflict', ...CHARGES],
    repeatable: true,
  },
  {
    path: '/api/v1/billing/subscription/preview',
    method: 'POST',
    endpoint: subscriptionPreview,
    id: 'preview-subscription-change',
    group: 'Subscription',
    summary: 'What a change would cost today; changes nothing',
    answers: { 200: previewResponse },
    refusals: ['subscription_missing', 'payment_provider_unavailable'],
  },
  {
    path: '/api/v1/billing/subscription/change',
    method: 'POST',
    endpoint: subscriptionChange,
    id: 'change-subscription-interval',
    group: 'Subscription',
    summary: 'Bill by the month or by the year from now on',
    answers: { 200: changeResponse },
    refusals: ['subscription_missing', 'payment_declined', 'conflict', ...CHARGES],
    repeatable: true,
  },
  {
    path: '/api/v1/billing/payment-methods/{id}',
    method: 'DELETE',
    endpoint: paymentMethod,
    id: 'remove-payment-method',
    group: 'Payment methods',
    summary: 'Remove a payment method',
    answers: { 200: removedResponse },
    refusals: ['conflict', 'payment_provider_unavailable'],
  },
]

const phoneNumbers: readonly Operation[] = [
  {
    path: '/api/v1/numbers',
    method: 'GET',
    endpoint: numbers,
    id: 'list-numbers',
    group: 'Numbers',
    summary: 'All numbers of the account',
    answers: { 200: numbersResponse },
  },
  {
    path: '/api/v1/numbers',
    method: 'POST',
    endpoint: numbers,
    id: 'buy-number',
    group: 'Numbers',
    summary: 'Buy a number',
    description: 'Takes the first month from the wallet, or a unit of the subscription.',
    answers: { 201: numberResponse },
    refusals: ['insufficient_funds', 'conflict', 'payment_declined', 'not_found', ...CHARGES],
    repeatable: true,
  },
  {
    path: '/api/v1/numbers/{id}',
    method: 'GET',
    endpoint: number,
    id: 'get-number',
    group: 'Numbers',
    summary: 'One number',
    answers: { 200: numberResponse },
  },
  {
    path: '/api/v1/numbers/{id}',
    method: 'PATCH',
    endpoint: number,
    id: 'change-number',
    group: 'Numbers',
    summary: 'Change how a number is named and answered',
    answers: { 200: numberResponse },
  },
  {
    path: '/api/v1/numbers/{id}',
    method: 'DELETE',
    endpoint: number,
    id: 'release-number',
    group: 'Numbers',
    summary: 'Release a number',
    answers: { 200: releaseResponse },
    refusals: ['conflict', 'payment_provider_unavailable'],
  },
]

/** Dial: an account's wallet, subscription and numbers, in whole cents. */
export const dialDocument: ApiDocument = {
  title: 'Dial',
  description:
    'Wallet, subscription, numbers and invoices of an account. Names are camelCase, amounts are whole US cents, times are UTC. Every refusal is `{"error": …}`.',
  credential: 'An API key of the account (`sk_live_…`), made under Settings, API keys.',
  dialect: dial,
  refusal: errorResponse,
  operations: [...wallet, ...subscription, ...phoneNumbers],
}
