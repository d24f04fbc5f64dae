import { invalidParameter } from '../http/api-error'
import type { SessionParameters } from './session-parameters'

const MINUTE = 60
const DAY = 86_400

/** The rules between parameters, which no type tells. @throws ApiError of status 400. */
export function checkSession(params: SessionParameters, now: number): void {
  checkMode(params)
  checkAddresses(params)
  checkCustomer(params)
  if (params.expires_at !== undefined && params.expires_at < now + 30 * MINUTE) {
    throw invalidParameter(
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
      'expires_at',
    )
  }
  if (params.expires_at !== undefined && params.expires_at > now + DAY) {
    throw invalidParameter(
      'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
      'expires_at',
    )
  }
  checkDiscounts(params)
  if (params.automatic_tax?.enabled === true) {
    throw invalidParameter('The local Stripe does not compute tax.', 'automatic_tax[enabled]')
  }
}

/** The parameters that belong to some modes only. */
const MODES = {
  customer_creation: ['payment', 'setup'],
  discounts: ['payment', 'subscription'],
  invoice_creation: ['payment'],
  line_items: ['payment', 'subscription'],
  payment_intent_data: ['payment'],
  payment_method_collection: ['subscription'],
  saved_payment_method_options: ['payment', 'subscription'],
  setup_intent_data: ['setup'],
  submit_type: ['payment', 'subscription'],
  subscription_data: ['subscription'],
} as const satisfies Record<string, readonly SessionParameters['mode'][]>

function checkMode(params: SessionParameters): void {
  for (const [name, modes] of Object.entries<readonly string[]>(MODES)) {
    const sent = Object.entries(params).some(([key, value]) => key === name && value !== undefined)
    if (sent && !modes.includes(params.mode)) {
      throw invalidParameter(`You can not pass \`${name}\` in \`${params.mode}\` mode.`, name)
    }
  }
  if (params.mode === 'setup') {
    if (params.currency === undefined && params.allowed_payment_method_types === undefined) {
      throw invalidParameter(
        'Missing required param: currency. In `setup` mode without `allowed_payment_method_types`, the currency decides what can be saved.',
        'currency',
        'parameter_missing',
      )
    }
    return
  }
  if (params.line_items === undefined || params.line_items.length === 0) {
    throw invalidParameter('Missing required param: line_items.', 'line_items', 'parameter_missing')
  }
}

function checkDiscounts(params: SessionParameters): void {
  if (params.discounts === undefined || params.discounts.length === 0) return
  if (params.allow_promotion_codes !== undefined) {
    throw invalidParameter(
      'You may only specify one of these parameters: allow_promotion_codes, discounts.',
      'discounts',
    )
  }
  if (params.mode !== 'subscription') {
    throw invalidParameter('The local Stripe has discounts on subscriptions only.', 'discounts')
  }
}

function checkAddresses(params: SessionParameters): void {
  for (const name of ['success_url', 'cancel_url', 'return_url'] as const) {
    const url = params[name]
    if (url !== undefined && !/^https?:\/\/[^\s/]+/.test(url)) {
      throw invalidParameter('Not a valid URL', name, 'url_invalid')
    }
  }
  if ((params.ui_mode ?? 'hosted_page') === 'hosted_page') {
    if (params.return_url !== undefined) {
      throw invalidParameter(
        'You may not specify `return_url` when `ui_mode` is `hosted_page`.',
        'return_url',
      )
    }
    if (params.redirect_on_completion !== undefined) {
      throw invalidParameter(
        '`redirect_on_completion` is only valid when `ui_mode` is `embedded_page` or `elements`.',
        'redirect_on_completion',
      )
    }
    if (params.success_url === undefined) {
      throw invalidParameter('Missing required param: success_url.', 'success_url', 'parameter_missing')
    }
    return
  }
  for (const name of ['success_url', 'cancel_url'] as const) {
    if (params[name] !== undefined) {
      throw invalidParameter(`You may not specify \`${name}\` when \`ui_mode\` is \`embedded_page\`.`, name)
    }
  }
  const never = params.redirect_on_completion === 'never'
  if (never && params.return_url !== undefined) {
    throw invalidParameter(
      '`return_url` may not be passed when `redirect_on_completion` is `never`.',
      'return_url',
    )
  }
  if (!never && params.return_url === undefined) {
    throw invalidParameter('Missing required param: return_url.', 'return_url', 'parameter_missing')
  }
}

function checkCustomer(params: SessionParameters): void {
  if (params.customer !== undefined) {
    for (const name of ['customer_email', 'customer_creation'] as const) {
      if (params[name] !== undefined) {
        throw invalidParameter(`You may only specify one of these parameters: customer, ${name}.`, name)
      }
    }
    return
  }
  if (params.customer_update !== undefined) {
    throw invalidParameter('`customer_update` can only be used with `customer`.', 'customer_update')
  }
  if (params.saved_payment_method_options !== undefined) {
    throw invalidParameter(
      'You can only set `saved_payment_method_options` if you also set `customer`.',
      'saved_payment_method_options',
    )
  }
}
