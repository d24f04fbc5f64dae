import { newId } from '../ids'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'

type Movement = Readonly<{
  /** Cents; negative where money leaves. */
  amount: number
  currency: string
  description: string | null
  /** Cents that Stripe keeps. */
  fee: number
  source: string
  type: 'charge' | 'refund' | 'refund_failure'
}>

/** Days until money is available for payout. */
const AVAILABLE_AFTER = 2 * 86_400

/** Keeps one movement of the Stripe balance. */
export function moveBalance(unit: Unit, movement: Movement): Body<'balance_transaction'> {
  const { amount, currency, fee } = movement
  return unit.save('balance_transaction', {
    ...movement,
    id: newId('txn'),
    object: 'balance_transaction',
    available_on: unit.now + AVAILABLE_AFTER,
    balance_type: 'payments',
    created: unit.now,
    exchange_rate: null,
    fee_details:
      fee === 0
        ? []
        : [
            {
              amount: fee,
              application: null,
              currency,
              description: 'Stripe processing fees',
              type: 'stripe_fee',
            },
          ],
    net: amount - fee,
    reporting_category: movement.type === 'charge' ? 'charge' : movement.type,
    status: 'pending',
  })
}
