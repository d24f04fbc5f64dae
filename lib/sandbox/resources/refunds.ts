import { invalidParameter, missingResource, wrongState } from '../http/api-error'
import { choice, integer, metadata, range, text } from '../http/fields'
import { listObjects, PAGE } from '../http/lists'
import { route } from '../http/routes'
import { formatAmount } from '../pages/format-amount'
import { refundCharge } from '../payments/refund-charge'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { merged } from './merge-metadata'

async function findRefund(unit: Unit, id: string): Promise<Body<'refund'>> {
  const row = await unit.row('refund', id)
  if (row === null) throw missingResource('refund', id, 'id')
  return row.body
}

type Named = Readonly<{ charge: string | undefined; payment_intent: string | undefined }>

/** The charge that is named itself or by its payment. @throws ApiError of status 400. */
async function chargeOf(unit: Unit, { charge, payment_intent: intentId }: Named): Promise<Body<'charge'>> {
  if ((charge === undefined) === (intentId === undefined)) {
    throw wrongState(
      'One of the following params should be provided for this request: payment_intent or charge.',
    )
  }
  let chargeId = charge ?? ''
  if (intentId !== undefined) {
    const intent = await unit.row('payment_intent', intentId)
    if (intent === null) throw missingResource('payment_intent', intentId, 'payment_intent')
    if (intent.body.status !== 'succeeded' || typeof intent.body.latest_charge !== 'string') {
      throw invalidParameter(
        `This PaymentIntent (${intentId}) does not have a successful charge to refund.`,
        'payment_intent',
      )
    }
    chargeId = intent.body.latest_charge
  }
  const row = await unit.row('charge', chargeId)
  if (row === null) throw missingResource('charge', chargeId, 'id')
  return row.body
}

/** A chargeback gives the money back already. An inquiry does not, nor does one that was won. @throws ApiError 400. */
async function refuseWhileDisputed(unit: Unit, chargeId: string): Promise<void> {
  const [standing] = await unit.list('dispute', {
    filters: { charge: chargeId, is_charge_refundable: false },
    limit: 1,
  })
  if (standing === undefined) return
  throw wrongState(`Charge ${chargeId} has been charged back; cannot issue a refund.`, 'charge_disputed')
}

export const refundRoutes = [
  route(
    'POST',
    '/v1/refunds',
    'refund',
    {
      amount: integer({ min: 1 }),
      charge: text(),
      metadata: metadata(),
      payment_intent: text(),
      reason: choice('duplicate', 'fraudulent', 'requested_by_customer'),
    },
    async ({ unit, params }) => {
      const charge = await chargeOf(unit, params)
      if (charge.status !== 'succeeded') throw wrongState(`Charge ${charge.id} has not been paid.`)
      await refuseWhileDisputed(unit, charge.id)
      if (charge.refunded) {
        throw wrongState(`Charge ${charge.id} has already been refunded.`, 'charge_already_refunded')
      }
      const left = charge.amount - charge.amount_refunded
      const amount = params.amount ?? left
      const shown = (cents: number): string => formatAmount(cents, charge.currency)
      if (amount > left) {
        throw invalidParameter(
          `Refund amount (${shown(amount)}) is greater than unrefunded amount on charge (${shown(left)})`,
          'amount',
        )
      }
      return refundCharge(unit, charge, {
        amount,
        reason: params.reason ?? null,
        metadata: merged({}, params.metadata),
      })
    },
  ),

  route('GET', '/v1/refunds/:id', 'refund', {}, ({ unit, id }) => findRefund(unit, id)),

  route('POST', '/v1/refunds/:id', 'refund', { metadata: metadata() }, async ({ unit, id, params }) => {
    const before = await findRefund(unit, id)
    const after = unit.save('refund', { ...before, metadata: merged(before.metadata, params.metadata) })
    unit.emit('refund.updated', after, { metadata: before.metadata })
    return after
  }),

  // What a card was given cannot be called back by the API, in whatever state it is.
  route('POST', '/v1/refunds/:id/cancel', 'refund', {}, async ({ unit, id }) => {
    await findRefund(unit, id)
    throw wrongState('Canceling this refund is unsupported.')
  }),

  route(
    'GET',
    '/v1/refunds',
    'list:refund',
    { ...PAGE, charge: text(), created: range(), payment_intent: text() },
    ({ unit, params }) =>
      listObjects(unit, 'refund', params, {
        filters: { charge: params.charge, payment_intent: params.payment_intent },
        created: params.created,
        url: '/v1/refunds',
      }),
  ),
]
