import { missingResource } from '../http/api-error'
import { range, text } from '../http/fields'
import { listObjects, PAGE } from '../http/lists'
import { route } from '../http/routes'

export const chargeRoutes = [
  route('GET', '/v1/charges/:id', 'charge', {}, async ({ unit, id }) => {
    const row = await unit.row('charge', id)
    if (row === null) throw missingResource('charge', id, 'id')
    return row.body
  }),

  route(
    'GET',
    '/v1/charges',
    'list:charge',
    { ...PAGE, created: range(), customer: text(), payment_intent: text() },
    ({ unit, params }) =>
      listObjects(unit, 'charge', params, {
        filters: { customer: params.customer, payment_intent: params.payment_intent },
        created: params.created,
        url: '/v1/charges',
      }),
  ),

  route('GET', '/v1/balance_transactions/:id', 'balance_transaction', {}, async ({ unit, id }) => {
    const row = await unit.row('balance_transaction', id)
    if (row === null) throw missingResource('balance transaction', id, 'id')
    return row.body
  }),

  route(
    'GET',
    '/v1/balance_transactions',
    'list:balance_transaction',
    { ...PAGE, created: range(), currency: text(), source: text(), type: text() },
    ({ unit, params }) =>
      listObjects(unit, 'balance_transaction', params, {
        filters: { currency: params.currency, source: params.source, type: params.type },
        created: params.created,
        url: '/v1/balance_transactions',
      }),
  ),
]
