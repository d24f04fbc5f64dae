import { merged } from '../resources/merge-metadata'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import type { SessionParameters } from './session-parameters'

type Described = Omit<
  Body<'checkout.session'>,
  | 'id'
  | 'amount_subtotal'
  | 'amount_total'
  | 'client_secret'
  | 'currency'
  | 'customer'
  | 'customer_details'
  | 'url'
>

const DAY = 86_400

/** What every session starts with, and what none has here. */
const EMPTY = {
  object: 'checkout.session',
  after_expiration: null,
  automatic_tax: { enabled: false, liability: null, provider: null, status: null },
  collected_information: null,
  consent: null,
  consent_collection: null,
  currency_conversion: null,
  custom_fields: [],
  custom_text: {
    after_submit: null,
    shipping_address: null,
    submit: null,
    terms_of_service_acceptance: null,
  },
  customer_account: null,
  discounts: [],
  integration_identifier: null,
  invoice: null,
  livemode: false,
  locale: null,
  managed_payments: null,
  origin_context: null,
  payment_intent: null,
  payment_link: null,
  payment_method_configuration_details: null,
  payment_method_options: { card: { request_three_d_secure: 'automatic' } },
  payment_method_types: ['card', 'link'],
  permissions: null,
  recovered_from: null,
  setup_intent: null,
  shipping_address_collection: null,
  shipping_cost: null,
  shipping_options: [],
  status: 'open',
  subscription: null,
  total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
} satisfies Partial<Body<'checkout.session'>>

/** What follows from the parameters alone. */
export function describeSession(unit: Unit, params: SessionParameters): Described {
  const embedded = params.ui_mode === 'embedded_page'
  const saving = params.saved_payment_method_options
  return {
    ...EMPTY,
    adaptive_pricing: { enabled: params.adaptive_pricing?.enabled ?? false },
    allow_promotion_codes: params.allow_promotion_codes ?? null,
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    billing_address_collection: params.billing_address_collection ?? null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    created: unit.now,
    customer_creation: customerCreation(params),
    customer_email: params.customer_email ?? null,
    expires_at: params.expires_at ?? unit.now + DAY,
    invoice_creation: params.mode === 'payment' ? invoiceCreation(params) : null,
    metadata: merged({}, params.metadata),
    mode: params.mode,
    payment_method_collection:
      params.mode === 'subscription' ? (params.payment_method_collection ?? 'always') : 'if_required',
    payment_status: params.mode === 'setup' ? 'no_payment_required' : 'unpaid',
    phone_number_collection: { enabled: params.phone_number_collection?.enabled ?? false },
    ...(embedded ? { redirect_on_completion: params.redirect_on_completion ?? 'always' } : {}),
    ...(embedded && params.return_url !== undefined ? { return_url: params.return_url } : {}),
    saved_payment_method_options:
      params.customer === undefined || params.mode === 'setup'
        ? null
        : {
            allow_redisplay_filters: saving?.allow_redisplay_filters ?? ['always'],
            payment_method_remove: saving?.payment_method_remove ?? 'disabled',
            payment_method_save: saving?.payment_method_save ?? 'disabled',
          },
    submit_type: params.submit_type ?? null,
    success_url: params.success_url ?? null,
    ui_mode: params.ui_mode ?? 'hosted_page',
    wallet_options:
      params.wallet_options?.link === undefined
        ? null
        : { link: { display: params.wallet_options.link.display ?? 'auto' } },
  }
}

/** A subscription always has a customer. */
function customerCreation(params: SessionParameters): 'always' | 'if_required' | null {
  if (params.customer !== undefined) return null
  return params.mode === 'subscription' ? 'always' : (params.customer_creation ?? 'if_required')
}

function invoiceCreation({
  invoice_creation: invoicing,
}: SessionParameters): Body<'checkout.session'>['invoice_creation'] {
  return {
    enabled: invoicing?.enabled ?? false,
    invoice_data: {
      account_tax_ids: null,
      custom_fields: invoicing?.invoice_data?.custom_fields ?? null,
      description: invoicing?.invoice_data?.description ?? null,
      footer: invoicing?.invoice_data?.footer ?? null,
      issuer: null,
      metadata: merged({}, invoicing?.invoice_data?.metadata),
      rendering_options: null,
    },
  }
}
