import { missingResource } from '../http/api-error'
import { range, text } from '../http/fields'
import { listObjects, PAGE } from '../http/lists'
import { route } from '../http/routes'

export const earlyFraudWarningRoutes = [
  route(
    'GET',
    '/v1/radar/early_fraud_warnings/:id',
    'radar.early_fraud_warning',
    {},
    async ({ unit, id }) => {
      const row = await unit.row('radar.early_fraud_warning', id)
      if (row === null) throw missingResource('early_fraud_warning', id, 'id')
      return row.body
    },
  ),

  route(
    'GET',
    '/v1/radar/early_fraud_warnings',
    'list:radar.early_fraud_warning',
    { ...PAGE, charge: text(), created: range(), payment_intent: text() },
    ({ unit, params }) =>
      listObjects(unit, 'radar.early_fraud_warning', params, {
        filters: { charge: params.charge, payment_intent: params.payment_intent },
        created: params.created,
        url: '/v1/radar/early_fraud_warnings',
      }),
  ),
]
