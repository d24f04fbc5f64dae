import { cardOf, type CardBehaviour } from '../payments/cards'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { openDispute, type Claim } from './open-dispute'
import { warnOfFraud } from './warn-of-fraud'

const CLAIMS = {
  fraud: { reason: 'fraudulent', kind: 'chargeback' },
  'product-not-received': { reason: 'product_not_received', kind: 'chargeback' },
  inquiry: { reason: 'fraudulent', kind: 'inquiry' },
} as const satisfies Record<string, Omit<Claim, 'amount'>>

/** What some test cards have in store for a charge that has just succeeded. @returns the charge as it is then. */
export async function followCharge(
  unit: Unit,
  charge: Body<'charge'>,
  behaviour: CardBehaviour,
): Promise<Body<'charge'>> {
  const follows = cardOf(behaviour)?.follows
  if (follows === undefined) return charge
  if (follows === 'fraud-warning') {
    warnOfFraud(unit, charge)
    return charge
  }
  return (await openDispute(unit, charge, { ...CLAIMS[follows], amount: charge.amount })).charge
}
