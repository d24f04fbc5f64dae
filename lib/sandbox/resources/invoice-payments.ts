import { missingResource } from '../http/api-error'
import { choice, object, required, text } from '../http/fields'
import { listObjects, PAGE } from '../http/lists'
import { route } from '../http/routes'

export const invoicePaymentRoutes = [
  route('GET', '/v1/invoice_payments/:id', 'invoice_payment', {}, async ({ unit, id }) => {
    const row = await unit.row('invoice_payment', id)
    if (row === null) throw missingResource('invoice_payment', id, 'id')
    return row.body
  }),

  route(
    'GET',
    '/v1/invoice_payments',
    'list:invoice_payment',
    {
      ...PAGE,
      invoice: text(),
      payment: object({ payment_intent: text(), type: required(choice('payment_intent')) }),
      status: choice('canceled', 'open', 'paid'),
    },
    ({ unit, params }) =>
      listObjects(unit, 'invoice_payment', params, {
        filters: {
          invoice: params.invoice,
          'payment.type': params.payment?.type,
          'payment.payment_intent': params.payment?.payment_intent,
          status: params.status,
        },
        url: '/v1/invoice_payments',
      }),
  ),
]
