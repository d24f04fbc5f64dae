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
  /** Disputes move money as adjustments, told apart by their reporting category. */
  category: 'charge' | 'refund' | 'refund_failure' | 'dispute' | 'dispute_reversal'
}>

/** Days until money is available for payout. */
const AVAILABLE_AFTER = 2 * 86_400

/** Keeps one movement of the Stripe balance. */
export function moveBalance(unit: Unit, movement: Movement): Body<'balance_transaction'> {
  const { amount, currency, fee, category, description, source } = movement
  const disputed = category === 'dispute' || category === 'dispute_reversal'
  return unit.save('balance_transaction', {
    id: newId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: unit.now + AVAILABLE_AFTER,
    balance_type: 'payments',
    created: unit.now,
    currency,
    description,
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0
        ? []
        : [
            {
              amount: fee,
              application: null,
              currency,
              description: disputed ? 'Dispute fee' : 'Stripe processing fees',
              type: 'stripe_fee',
            },
          ],
    net: amount - fee,
    reporting_category: category,
    source,
    status: 'pending',
    type: disputed ? 'adjustment' : category,
  })
}
