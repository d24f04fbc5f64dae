import { newCheckoutSecret, randomText } from '../ids'
import { createSetup } from '../payments/setup-intent'
import { requireCustomer } from '../resources/customers'
import { merged } from '../resources/merge-metadata'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { checkSession } from './check-session'
import { details } from './customer-details'
import { describeSession } from './describe-session'
import { withDiscount } from './session-discount'
import type { SessionHidden } from './session-hidden'
import { readLines, type SessionLines } from './session-lines'
import type { SessionParameters } from './session-parameters'

/** Opens a session. @throws ApiError of status 400. */
export async function createSession(
  unit: Unit,
  params: SessionParameters,
  baseUrl: string,
): Promise<Body<'checkout.session'>> {
  checkSession(params, unit.now)
  const customer =
    params.customer === undefined ? null : await requireCustomer(unit, params.customer, 'customer')
  const lines = params.mode === 'setup' ? null : await readLines(unit, params)
  const embedded = params.ui_mode === 'embedded_page'
  const id = `cs_test_${embedded ? 'a1' : 'b1'}${randomText(56)}`
  const clientSecret = newCheckoutSecret(id)
  const session: Body<'checkout.session'> = {
    ...describeSession(unit, params),
    id,
    amount_subtotal: lines?.total ?? null,
    amount_total: lines?.total ?? null,
    client_secret: embedded ? clientSecret : null,
    currency: lines?.currency ?? params.currency ?? null,
    customer: customer?.id ?? null,
    customer_details:
      customer === null && params.customer_email === undefined
        ? null
        : details(customer?.email ?? params.customer_email ?? null, customer?.name ?? null),
    setup_intent: params.mode === 'setup' ? setupOf(unit, params, customer) : null,
    url: embedded ? null : `${baseUrl}/pay/${id}`,
  }
  const made = await withDiscount(
    unit,
    { body: session, hidden: hiddenOf(params, lines, clientSecret) },
    params.discounts?.[0] ?? null,
  )
  unit.save(
    'checkout.session',
    { ...made.body, id },
    { token: clientSecret, due: session.expires_at, hidden: made.hidden },
  )
  return made.body
}

function setupOf(unit: Unit, params: SessionParameters, customer: Body<'customer'> | null): string {
  const data = params.setup_intent_data
  const setup = createSetup(unit, {
    customer: customer?.id ?? null,
    description: data?.description ?? null,
    metadata: merged({}, data?.metadata),
  })
  return setup.id
}

function hiddenOf(
  params: SessionParameters,
  lines: SessionLines | null,
  clientSecret: string,
): SessionHidden {
  const intent = params.payment_intent_data
  const subscribed = params.subscription_data
  return {
    clientSecret,
    lineItems: lines?.lineItems ?? [],
    customAmount: lines?.customAmount ?? null,
    paymentIntent: {
      description: intent?.description ?? null,
      metadata: merged({}, intent?.metadata),
      receiptEmail: intent?.receipt_email ?? null,
      setupFutureUsage: intent?.setup_future_usage ?? null,
      statementDescriptor: intent?.statement_descriptor ?? null,
      statementDescriptorSuffix: intent?.statement_descriptor_suffix ?? null,
    },
    ...(params.mode === 'subscription'
      ? {
          subscription: {
            description: subscribed?.description ?? null,
            metadata: merged({}, subscribed?.metadata),
            prorationDiscounts: subscribed?.billing_mode?.flexible?.proration_discounts ?? 'included',
            discount: null,
            asked: false,
          },
        }
      : {}),
  }
}
