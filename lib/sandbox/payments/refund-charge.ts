import { newId } from '../ids'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { cardOf, type CardBehaviour } from './cards'
import { moveBalance } from './move-balance'

type Wish = Readonly<{
  /** Cents; at most what is left of the charge. */
  amount: number
  reason: 'duplicate' | 'fraudulent' | 'requested_by_customer' | null
  metadata: Record<string, string>
}>

/** Emulated seconds until a refund that does not settle at once does. */
const SETTLES_AFTER = 60

/** Gives back part or all of a paid charge. Some test cards settle later, and one gives the money back to us. */
export async function refundCharge(unit: Unit, charge: Body<'charge'>, wish: Wish): Promise<Body<'refund'>> {
  const method =
    typeof charge.payment_method === 'string' ? await unit.row('payment_method', charge.payment_method) : null
  const manner = refundManner(method?.hidden.behaviour ?? 'visa')
  const id = newId('re')
  const refund: Body<'refund'> = {
    id,
    object: 'refund',
    amount: wish.amount,
    balance_transaction: moveBalance(unit, {
      amount: -wish.amount,
      currency: charge.currency,
      description: null,
      fee: 0,
      source: id,
      type: 'refund',
    }).id,
    charge: charge.id,
    created: unit.now,
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: {
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
      type: 'card',
    },
    metadata: wish.metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: wish.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: manner === 'pending' ? 'pending' : 'succeeded',
    transfer_reversal: null,
  }
  const refunded = charge.amount_refunded + wish.amount
  const after = unit.save('charge', {
    ...charge,
    amount_refunded: refunded,
    refunded: refunded === charge.amount,
  })
  unit.save('refund', refund, { due: manner === 'at-once' ? null : unit.now + SETTLES_AFTER })
  unit.emit('refund.created', refund)
  unit.emit('charge.refunded', after, { amount_refunded: charge.amount_refunded, refunded: charge.refunded })
  return refund
}

function refundManner(behaviour: CardBehaviour): 'at-once' | 'pending' | 'fails' {
  return cardOf(behaviour)?.refund ?? 'at-once'
}

/** A refund's later fate, once its time has come: a pending one succeeds, the other kind fails. */
export async function settleRefund(unit: Unit, refund: Body<'refund'>): Promise<void> {
  if (refund.status === 'pending') {
    const done = unit.save('refund', { ...refund, status: 'succeeded' }, { due: null })
    unit.emit('refund.updated', done, { status: 'pending' })
    unit.emit('charge.refund.updated', done, { status: 'pending' })
    return
  }
  const failed = unit.save(
    'refund',
    {
      ...refund,
      failure_balance_transaction: moveBalance(unit, {
        amount: refund.amount,
        currency: refund.currency,
        description: null,
        fee: 0,
        source: refund.id,
        type: 'refund_failure',
      }).id,
      failure_reason: 'expired_or_canceled_card',
      status: 'failed',
    },
    { due: null },
  )
  const charge = typeof refund.charge === 'string' ? await unit.row('charge', refund.charge) : null
  if (charge !== null) {
    // The money is with us again, so the charge is no longer refunded by it.
    unit.save('charge', {
      ...charge.body,
      amount_refunded: charge.body.amount_refunded - refund.amount,
      refunded: false,
    })
  }
  unit.emit('refund.failed', failed)
  unit.emit('charge.refund.updated', failed, { status: 'succeeded' })
}
