import { missingResource, wrongState } from '../http/api-error'
import { choice, clearable, integer, metadata, object, required, text } from '../http/fields'
import { listObjects, PAGE } from '../http/lists'
import { route } from '../http/routes'
import { attach, makePredefined } from '../payments/make-payment-method'
import type { StoredRow } from '../store/parse-row'
import type { Unit } from '../store/unit'
import { changedFields } from './changed-fields'
import { requireCustomer } from './customers'
import { merged } from './merge-metadata'

async function findMethod(unit: Unit, id: string): Promise<StoredRow<'payment_method'>> {
  const row = await unit.row('payment_method', id)
  if (row === null) throw missingResource('PaymentMethod', id, 'id')
  return row
}

const BILLING_DETAILS = object({
  email: clearable(text()),
  name: clearable(text()),
  phone: clearable(text()),
})

export const paymentMethodRoutes = [
  route(
    'GET',
    '/v1/payment_methods/:id',
    'payment_method',
    {},
    async ({ unit, id }) => (await findMethod(unit, id)).body,
  ),

  route(
    'GET',
    '/v1/payment_methods',
    'list:payment_method',
    { ...PAGE, customer: text(), type: text(), allow_redisplay: choice('always', 'limited', 'unspecified') },
    ({ unit, params }) =>
      listObjects(unit, 'payment_method', params, {
        filters: { customer: params.customer, type: params.type, allow_redisplay: params.allow_redisplay },
        url: '/v1/payment_methods',
      }),
  ),

  route(
    'POST',
    '/v1/payment_methods/:id',
    'payment_method',
    {
      allow_redisplay: choice('always', 'limited', 'unspecified'),
      billing_details: BILLING_DETAILS,
      card: object({ exp_month: integer({ min: 1, max: 12 }), exp_year: integer({ min: 2000, max: 2100 }) }),
      metadata: metadata(),
    },
    async ({ unit, id, params }) => {
      const { body: before } = await findMethod(unit, id)
      if (before.customer === null) {
        throw wrongState('You must save this PaymentMethod to a customer before you can update it.')
      }
      const sent = params.billing_details
      const after = unit.save('payment_method', {
        ...before,
        ...(params.allow_redisplay === undefined ? {} : { allow_redisplay: params.allow_redisplay }),
        billing_details: {
          ...before.billing_details,
          ...(sent?.email === undefined ? {} : { email: sent.email }),
          ...(sent?.name === undefined ? {} : { name: sent.name }),
          ...(sent?.phone === undefined ? {} : { phone: sent.phone }),
        },
        ...(before.card === undefined
          ? {}
          : {
              card: {
                ...before.card,
                exp_month: params.card?.exp_month ?? before.card.exp_month,
                exp_year: params.card?.exp_year ?? before.card.exp_year,
              },
            }),
        metadata: merged(before.metadata, params.metadata),
      })
      const previous = changedFields(before, after)
      if (previous !== null) unit.emit('payment_method.updated', after, previous)
      return after
    },
  ),

  route(
    'POST',
    '/v1/payment_methods/:id/attach',
    'payment_method',
    { customer: required(text()) },
    async ({ unit, id, params }) => {
      const method = makePredefined(unit, id) ?? (await findMethod(unit, id))
      const customer = await requireCustomer(unit, params.customer, 'customer')
      const shown = method.body.allow_redisplay ?? 'unspecified'
      return attach(unit, method, customer.id, { allowRedisplay: shown, setUp: false })
    },
  ),

  route('POST', '/v1/payment_methods/:id/detach', 'payment_method', {}, async ({ unit, id }) => {
    const { body, hidden } = await findMethod(unit, id)
    if (typeof body.customer !== 'string') {
      throw wrongState(
        'The payment method you provided is not attached to a customer so detachment is impossible.',
        'payment_method_unexpected_state',
      )
    }
    const customer = await unit.row('customer', body.customer)
    const after = unit.save(
      'payment_method',
      { ...body, customer: null },
      { hidden: { ...hidden, detached: true } },
    )
    // Stripe sends no previous attributes here.
    unit.emit('payment_method.detached', after)
    const settings = customer?.body.invoice_settings
    if (customer && settings?.default_payment_method === id) {
      const cleared = unit.save('customer', {
        ...customer.body,
        invoice_settings: { ...settings, default_payment_method: null },
      })
      unit.emit('customer.updated', cleared, { invoice_settings: { default_payment_method: id } })
    }
    return after
  }),
]
