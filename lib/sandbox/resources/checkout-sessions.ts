import { createSession } from '../checkout/create-session'
import { expireSession } from '../checkout/expire-session'
import { SESSION_PARAMETERS } from '../checkout/session-parameters'
import { missingResource, wrongState } from '../http/api-error'
import { choice, object, range, text } from '../http/fields'
import { listInside, listObjects, PAGE } from '../http/lists'
import { route } from '../http/routes'
import type { StoredRow } from '../store/parse-row'
import type { Unit } from '../store/unit'

async function findSession(unit: Unit, id: string): Promise<StoredRow<'checkout.session'>> {
  const row = await unit.row('checkout.session', id)
  if (row === null) throw missingResource('checkout.session', id, 'id')
  return row
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
