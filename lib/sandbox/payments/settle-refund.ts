import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { moveBalance } from './move-balance'

type Refund = Body<'refund'>
type Failure = Readonly<{
  status: 'failed' | 'canceled'
  reason: 'expired_or_canceled_card' | 'charge_for_pending_refund_disputed' | 'merchant_request'
}>

/** A refund's later fate, once its time has come: a pending one succeeds, the other kind fails. */
export async function settleRefund(unit: Unit, refund: Refund): Promise<void> {
  if (refund.status === 'pending') succeedRefund(unit, refund)
  else if (refund.status === 'succeeded') {
    await failRefund(unit, refund, { status: 'failed', reason: 'expired_or_canceled_card' })
  }
}

export function succeedRefund(unit: Unit, { pending_reason: _, ...refund }: Refund): Refund {
  const done = unit.save('refund', { ...refund, status: 'succeeded' }, { due: null })
  unit.emit('refund.updated', done, { status: 'pending' })
  unit.emit('charge.refund.updated', done, { status: 'pending' })
  return done
}

/** The money comes back to us, so the charge is no longer refunded by it. */
export async function failRefund(
  unit: Unit,
  { pending_reason: _, ...refund }: Refund,
  { status, reason }: Failure,
): Promise<Refund> {
  const returned = moveBalance(unit, {
    amount: refund.amount,
    currency: refund.currency,
    description: null,
    fee: 0,
    source: refund.id,
    category: 'refund_failure',
  })
  const failed = unit.save(
    'refund',
    { ...refund, failure_balance_transaction: returned.id, failure_reason: reason, status },
    { due: null },
  )
  const charge = typeof refund.charge === 'string' ? await unit.row('charge', refund.charge) : null
  if (charge !== null) {
    const { amount_refunded: before } = charge.body
    unit.save('charge', { ...charge.body, amount_refunded: before - refund.amount, refunded: false })
  }
  // As was observed of Stripe: a failure is no update of the refund, whereas a cancellation is one.
  const previous = { status: refund.status }
  unit.emit(status === 'failed' ? 'refund.failed' : 'refund.updated', failed, previous)
  unit.emit('charge.refund.updated', failed, previous)
  return failed
}

/** A chargeback takes the money, so what was still on its way to the customer is called back. */
export async function failPendingRefunds(unit: Unit, chargeId: string): Promise<void> {
  const pending = await unit.list('refund', { filters: { charge: chargeId, status: 'pending' }, limit: 100 })
  for (const refund of pending) {
    await failRefund(unit, refund, { status: 'failed', reason: 'charge_for_pending_refund_disputed' })
  }
}
