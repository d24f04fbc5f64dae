import { checkSession } from '../checkout/check-session'
import { details } from '../checkout/customer-details'
import { expireSession } from '../checkout/expire-session'
import { readLines } from '../checkout/session-lines'
import { SESSION_PARAMETERS, type SessionParameters } from '../checkout/session-parameters'
import { missingResource, wrongState } from '../http/api-error'
import { choice, object, range, text } from '../http/fields'
import { listInside, listObjects, PAGE } from '../http/lists'
import { route } from '../http/routes'
import { newCheckoutSecret, randomText } from '../ids'
import type { Body } from '../store/kinds'
import type { StoredRow } from '../store/parse-row'
import type { Unit } from '../store/unit'
import { requireCustomer } from './customers'
import { merged } from './merge-metadata'

const DAY = 86_400

async function findSession(unit: Unit, id: string): Promise<StoredRow<'checkout.session'>> {
  const row = await unit.row('checkout.session', id)
  if (row === null) throw missingResource('checkout.session', id, 'id')
  return row
}

async function createSession(
  unit: Unit,
  params: SessionParameters,
  baseUrl: string,
): Promise<Body<'checkout.session'>> {
  checkSession(params, unit.now)
  const customer =
    params.customer === undefined ? null : await requireCustomer(unit, params.customer, 'customer')
  const lines = await readLines(unit, params)
  const id = `cs_test_${params.ui_mode === 'embedded_page' ? 'a1' : 'b1'}${randomText(56)}`
  const clientSecret = newCheckoutSecret(id)
  const embedded = params.ui_mode === 'embedded_page'
  const intent = params.payment_intent_data
  const session: Body<'checkout.session'> = {
    ...describe(unit, params),
    id,
    amount_subtotal: lines.total,
    amount_total: lines.total,
    client_secret: embedded ? clientSecret : null,
    currency: lines.currency,
    customer: customer?.id ?? null,
    customer_details:
      customer === null && params.customer_email === undefined
        ? null
        : details(customer?.email ?? params.customer_email ?? null, customer?.name ?? null),
    url: embedded ? null : `${baseUrl}/pay/${id}`,
  }
  unit.save('checkout.session', session, {
    token: clientSecret,
    due: session.expires_at,
    hidden: {
      clientSecret,
      lineItems: lines.lineItems,
      customAmount: lines.customAmount,
      paymentIntent: {
        description: intent?.description ?? null,
        metadata: merged({}, intent?.metadata),
        receiptEmail: intent?.receipt_email ?? null,
        setupFutureUsage: intent?.setup_future_usage ?? null,
        statementDescriptor: intent?.statement_descriptor ?? null,
        statementDescriptorSuffix: intent?.statement_descriptor_suffix ?? null,
      },
    },
  })
  return session
}

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

/** What every session of this part starts with, and what none has yet. */
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
  mode: 'payment',
  origin_context: null,
  payment_intent: null,
  payment_link: null,
  payment_method_collection: 'if_required',
  payment_method_configuration_details: null,
  payment_method_options: { card: { request_three_d_secure: 'automatic' } },
  payment_method_types: ['card', 'link'],
  payment_status: 'unpaid',
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
function describe(unit: Unit, params: SessionParameters): Described {
  const embedded = params.ui_mode === 'embedded_page'
  const invoicing = params.invoice_creation
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
    customer_creation: params.customer === undefined ? (params.customer_creation ?? 'if_required') : null,
    customer_email: params.customer_email ?? null,
    expires_at: params.expires_at ?? unit.now + DAY,
    invoice_creation: {
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
    },
    metadata: merged({}, params.metadata),
    phone_number_collection: { enabled: params.phone_number_collection?.enabled ?? false },
    ...(embedded ? { redirect_on_completion: params.redirect_on_completion ?? 'always' } : {}),
    ...(embedded && params.return_url !== undefined ? { return_url: params.return_url } : {}),
    saved_payment_method_options:
      params.customer === undefined
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

export const checkoutSessionRoutes = [
  route(
    'POST',
    '/v1/checkout/sessions',
    'checkout.session',
    SESSION_PARAMETERS,
    ({ unit, params, baseUrl }) => createSession(unit, params, baseUrl),
  ),

  route(
    'GET',
    '/v1/checkout/sessions/:id',
    'checkout.session',
    {},
    async ({ unit, id }) => (await findSession(unit, id)).body,
  ),

  route('GET', '/v1/checkout/sessions/:id/line_items', 'list:line_item', PAGE, async ({ unit, id, params }) =>
    listInside(
      (await findSession(unit, id)).hidden.lineItems,
      params,
      `/v1/checkout/sessions/${id}/line_items`,
    ),
  ),

  route('POST', '/v1/checkout/sessions/:id/expire', 'checkout.session', {}, async ({ unit, id }) => {
    const { body } = await findSession(unit, id)
    if (body.status !== 'open') {
      throw wrongState(
        `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${body.status}\`.`,
      )
    }
    return expireSession(unit, body)
  }),

  route(
    'GET',
    '/v1/checkout/sessions',
    'list:checkout.session',
    {
      ...PAGE,
      created: range(),
      customer: text(),
      customer_details: object({ email: text() }),
      payment_intent: text(),
      status: choice('complete', 'expired', 'open'),
      subscription: text(),
    },
    ({ unit, params }) =>
      listObjects(unit, 'checkout.session', params, {
        filters: {
          customer: params.customer,
          'customer_details.email': params.customer_details?.email,
          payment_intent: params.payment_intent,
          status: params.status,
          subscription: params.subscription,
        },
        created: params.created,
        url: '/v1/checkout/sessions',
      }),
  ),
]
