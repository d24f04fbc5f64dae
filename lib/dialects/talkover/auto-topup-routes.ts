import { disableAutoTopUp } from '@/lib/core/auto-top-ups/disable-auto-top-up'
import { getAutoTopUp } from '@/lib/core/auto-top-ups/get-auto-top-up'
import { listAutoTopUpHistory } from '@/lib/core/auto-top-ups/list-auto-top-up-history'
import { testAutoTopUp } from '@/lib/core/auto-top-ups/test-auto-top-up'
import { updateAutoTopUp } from '@/lib/core/auto-top-ups/update-auto-top-up'
import { listPaymentMethods } from '@/lib/core/payment-methods/list-payment-methods'
import type { Dialect } from '@/lib/http/dialect'
import { endpoint } from '@/lib/http/endpoint'
import { route } from '@/lib/http/route'
import { historyQuery, updateSettingsRequest } from './auto-topup-contract'
import {
  patchOf,
  presentDisabled,
  presentHistory,
  presentPaymentMethods,
  presentSettings,
  presentTested,
  presentUpdated,
} from './auto-topup-translate'
import { talkover, talkoverWithReasons } from './errors'

/** Keys of the account: what Talkover calls an environment token. */
const ENVIRONMENT = ['api-key'] as const

const PER_PAGE = 25

/** What the verb has against a value, at the name that the field has on this wire. */
const WIRE_NAMES: ReadonlyMap<string, string> = new Map([
  ['enabled', 'is_enabled'],
  ['threshold', 'threshold_amount'],
  ['amount', 'recharge_amount'],
  ['scheduledEnabled', 'scheduled_payment_enabled'],
  ['scheduledAmount', 'scheduled_amount'],
  ['dayOfMonth', 'day_of_month'],
  ['paymentMethodId', 'payment_method_id'],
])

const talkoverSettings: Dialect = {
  ...talkover,
  refuse: ({ fields, ...refusal }) => {
    const named = Object.entries(fields?.fieldErrors ?? {})
    const fieldErrors = Object.fromEntries(named.map(([name, text]) => [WIRE_NAMES.get(name) ?? name, text]))
    return talkover.refuse({ ...refusal, fields: fields && { ...fields, fieldErrors } })
  },
}

/** /api/v1/auto-topup/settings */
export const autoTopupSettings = endpoint(talkover, {
  GET: route({
    dialect: talkover,
    credentials: ENVIRONMENT,
    scope: 'billing:read',
    handler: async (ctx) => presentSettings(await getAutoTopUp(ctx)),
  }),
  PUT: route({
    dialect: talkoverSettings,
    credentials: ENVIRONMENT,
    scope: 'billing:write',
    action: 'change-auto-top-up',
    body: updateSettingsRequest,
    handler: async (ctx, { body }) => presentUpdated(await updateAutoTopUp(ctx, patchOf(body))),
  }),
})

/** /api/v1/auto-topup/disable */
export const autoTopupDisable = endpoint(talkover, {
  POST: route({
    dialect: talkover,
    credentials: ENVIRONMENT,
    scope: 'billing:write',
    action: 'change-auto-top-up',
    handler: async (ctx) => presentDisabled(await disableAutoTopUp(ctx)),
  }),
})

/** /api/v1/auto-topup/test */
export const autoTopupTest = endpoint(talkover, {
  POST: route({
    dialect: talkoverWithReasons,
    credentials: ENVIRONMENT,
    scope: 'billing:write',
    action: 'checkout',
    handler: async (ctx, { idempotencyKey }) => presentTested(await testAutoTopUp(ctx, { idempotencyKey })),
  }),
})

/** /api/v1/auto-topup/history */
export const autoTopupHistory = endpoint(talkover, {
  GET: route({
    dialect: talkover,
    credentials: ENVIRONMENT,
    scope: 'billing:read',
    query: historyQuery,
    handler: async (ctx, { query }) => {
      const page = { page: query.page ?? 1, perPage: query.per_page ?? PER_PAGE }
      return presentHistory(await listAutoTopUpHistory(ctx, page), page)
    },
  }),
})

/** /api/v1/auto-topup/payment-methods */
export const autoTopupPaymentMethods = endpoint(talkover, {
  GET: route({
    dialect: talkover,
    credentials: ENVIRONMENT,
    scope: 'billing:read',
    action: 'read-provider',
    handler: async (ctx) => presentPaymentMethods(await listPaymentMethods(ctx)),
  }),
})
