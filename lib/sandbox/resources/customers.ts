import type { FormNode } from '../http/form'
import { choice, clearable, listOf, metadata, object, range, text } from '../http/fields'
import { type Field } from '../http/parse-shape'
import { listObjects, PAGE } from '../http/lists'
import { invalidParameter, missingResource } from '../http/api-error'
import { route } from '../http/routes'
import { newId } from '../ids'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { changedFields } from './changed-fields'
import { merged } from './merge-metadata'

const address = object({
  city: clearable(text()),
  country: clearable(text()),
  line1: clearable(text()),
  line2: clearable(text()),
  postal_code: clearable(text()),
  state: clearable(text()),
})

const FIELDS = {
  address: clearable(address),
  description: clearable(text()),
  email: clearable(email()),
  invoice_prefix: text({ max: 12 }),
  invoice_settings: object({
    default_payment_method: clearable(text()),
    footer: clearable(text()),
  }),
  metadata: metadata(),
  name: clearable(text({ max: 256 })),
  phone: clearable(text({ max: 20 })),
  preferred_locales: listOf(text()),
  tax_exempt: clearable(choice('none', 'exempt', 'reverse')),
}

function email(): Field<string | undefined> {
  const field = text({ max: 512 })
  return (input: FormNode | undefined, path) => {
    const value = field(input, path)
    if (value !== undefined && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) {
      throw invalidParameter(`Invalid email address: ${value}`, path, 'email_invalid')
    }
    return value
  }
}

const newCustomer = (now: number): Body<'customer'> => ({
  id: newId('cus'),
  object: 'customer',
  address: null,
  balance: 0,
  created: now,
  currency: null,
  customer_account: null,
  default_source: null,
  delinquent: false,
  description: null,
  discount: null,
  email: null,
  invoice_prefix: newId('').slice(1, 9).toUpperCase(),
  invoice_settings: {
    custom_fields: null,
    default_payment_method: null,
    footer: null,
    rendering_options: null,
  },
  livemode: false,
  metadata: {},
  name: null,
  phone: null,
  preferred_locales: [],
  shipping: null,
  tax_exempt: 'none',
  test_clock: null,
})

type Changes = { readonly [K in keyof typeof FIELDS]: ReturnType<(typeof FIELDS)[K]> }

/** @throws ApiError where the default payment method is not this customer's. */
async function applyChanges(
  unit: Unit,
  customer: Body<'customer'>,
  changes: Changes,
): Promise<Body<'customer'>> {
  const settings = changes.invoice_settings
  const defaultMethod = settings?.default_payment_method
  if (typeof defaultMethod === 'string') {
    const method = await unit.row('payment_method', defaultMethod)
    if (method === null) {
      throw missingResource('PaymentMethod', defaultMethod, 'invoice_settings[default_payment_method]')
    }
    if (method.body.customer !== customer.id) {
      throw invalidParameter(
        'The customer does not have a payment method with the ID ' +
          `${defaultMethod}. The payment method must be attached to the customer.`,
        'invoice_settings[default_payment_method]',
        'resource_missing',
      )
    }
  }
  return {
    ...customer,
    address: changes.address === undefined ? (customer.address ?? null) : wholeAddress(changes.address),
    description: changes.description === undefined ? customer.description : changes.description,
    email: changes.email === undefined ? customer.email : changes.email,
    invoice_prefix: changes.invoice_prefix ?? customer.invoice_prefix ?? null,
    invoice_settings: {
      ...customer.invoice_settings,
      ...(settings?.default_payment_method === undefined
        ? {}
        : { default_payment_method: settings.default_payment_method }),
      ...(settings?.footer === undefined ? {} : { footer: settings.footer }),
    },
    metadata: merged(customer.metadata, changes.metadata),
    name: changes.name === undefined ? (customer.name ?? null) : changes.name,
    phone: changes.phone === undefined ? (customer.phone ?? null) : changes.phone,
    preferred_locales: changes.preferred_locales ?? customer.preferred_locales ?? [],
    tax_exempt: changes.tax_exempt ?? customer.tax_exempt ?? 'none',
  }
}

function wholeAddress(
  sent: Exclude<Changes['address'], undefined>,
): NonNullable<Body<'customer'>['address']> | null {
  if (sent === null) return null
  return {
    city: sent.city ?? null,
    country: sent.country ?? null,
    line1: sent.line1 ?? null,
    line2: sent.line2 ?? null,
    postal_code: sent.postal_code ?? null,
    state: sent.state ?? null,
  }
}

/** The customer, or its deleted husk. @throws ApiError 404. */
async function findCustomer(unit: Unit, id: string): Promise<Body<'customer'> | null> {
  const row = await unit.row('customer', id)
  if (row === null) throw missingResource('customer', id, 'id')
  return row.deleted ? null : row.body
}

/** A customer named in a parameter; a deleted one counts as missing. @throws ApiError 400. */
export async function requireCustomer(unit: Unit, id: string, param: string): Promise<Body<'customer'>> {
  const row = await unit.row('customer', id)
  if (row === null || row.deleted) throw missingResource('customer', id, param)
  return row.body
}

export function createCustomer(unit: Unit, fields: Partial<Body<'customer'>>): Body<'customer'> {
  const customer = unit.save('customer', { ...newCustomer(unit.now), ...fields })
  unit.emit('customer.created', customer)
  return customer
}

export const customerRoutes = [
  route(
    'POST',
    '/v1/customers',
    'customer',
    { ...FIELDS, test_clock: text(), payment_method: text() },
    async (call) => {
      const { unit, params } = call
      if (params.test_clock !== undefined) {
        const clock = await unit.row('test_helpers.test_clock', params.test_clock)
        if (clock === null || clock.deleted)
          throw missingResource('test clock', params.test_clock, 'test_clock')
      }
      if (params.payment_method !== undefined) {
        throw invalidParameter(
          'The local Stripe attaches cards by /v1/payment_methods/:id/attach only.',
          'payment_method',
        )
      }
      const fresh = { ...newCustomer(unit.now), test_clock: params.test_clock ?? null }
      return createCustomer(unit, await applyChanges(unit, fresh, params))
    },
  ),

  route('GET', '/v1/customers/:id', 'customer', {}, async ({ unit, id }) => {
    return (await findCustomer(unit, id)) ?? { id, object: 'customer', deleted: true }
  }),

  route('POST', '/v1/customers/:id', 'customer', FIELDS, async ({ unit, id, params }) => {
    const before = await findCustomer(unit, id)
    if (before === null) throw missingResource('customer', id, 'id')
    const after = unit.save('customer', await applyChanges(unit, before, params))
    const previous = changedFields(before, after)
    if (previous !== null) unit.emit('customer.updated', after, previous)
    return after
  }),

  route('DELETE', '/v1/customers/:id', 'deleted', {}, async ({ unit, id }) => {
    const customer = await findCustomer(unit, id)
    if (customer === null) throw missingResource('customer', id, 'id')
    for (const method of await unit.list('payment_method', { filters: { customer: id }, limit: 100 })) {
      unit.save('payment_method', { ...method, customer: null })
    }
    unit.save('customer', customer, { deleted: true })
    unit.emit('customer.deleted', customer)
    return { id, object: 'customer', deleted: true }
  }),

  route(
    'GET',
    '/v1/customers',
    'list:customer',
    { ...PAGE, created: range(), email: text(), test_clock: text() },
    ({ unit, params }) =>
      listObjects(unit, 'customer', params, {
        filters: { email: params.email, test_clock: params.test_clock },
        created: params.created,
        url: '/v1/customers',
      }),
  ),

  route(
    'GET',
    '/v1/customers/:id/payment_methods',
    'list:payment_method',
    { ...PAGE, type: text(), allow_redisplay: choice('always', 'limited', 'unspecified') },
    async ({ unit, id, params }) => {
      await findCustomer(unit, id)
      return listObjects(unit, 'payment_method', params, {
        filters: { customer: id, type: params.type, allow_redisplay: params.allow_redisplay },
        url: `/v1/customers/${id}/payment_methods`,
      })
    },
  ),

  route(
    'GET',
    '/v1/customers/:id/payment_methods/:sub',
    'payment_method',
    {},
    async ({ unit, id, subId }) => {
      await findCustomer(unit, id)
      const method = await unit.row('payment_method', subId)
      if (method === null || method.body.customer !== id) throw missingResource('PaymentMethod', subId, 'id')
      return method.body
    },
  ),
]
