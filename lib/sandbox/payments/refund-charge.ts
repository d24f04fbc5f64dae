import { retireWarnings } from '../disputes/warn-of-fraud'
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
      category: 'refund',
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
    ...(manner === 'pending' ? { pending_reason: 'processing' } : {}),
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
  if (after.refunded) await retireWarnings(unit, charge.id)
  return refund
}

function refundManner(behaviour: CardBehaviour): 'at-once' | 'pending' | 'fails' {
  return cardOf(behaviour)?.refund ?? 'at-once'
}
