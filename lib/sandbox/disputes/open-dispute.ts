import { newId } from '../ids'
import { moveBalance } from '../payments/move-balance'
import { failPendingRefunds } from '../payments/settle-refund'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { NO_EVIDENCE } from './evidence'
import { retireWarnings } from './warn-of-fraud'

export type Claim = Readonly<{
  /** Cents; not always what was charged. */
  amount: number
  reason: 'fraudulent' | 'product_not_received' | 'duplicate' | 'unrecognized' | 'general'
  /** A chargeback takes the money at once; an inquiry only asks. */
  kind: 'chargeback' | 'inquiry'
}>

/** The networks' own codes for what Stripe sums up in a word. */
const NETWORK_CODES: Readonly<Record<Claim['reason'], string>> = {
  fraudulent: '10.4',
  product_not_received: '13.1',
  duplicate: '12.6',
  unrecognized: '10.4',
  general: '13.3',
}

/** Cents that Stripe keeps for a chargeback, whoever is right in the end. */
const FEE = 1500
const DAY = 86_400
/** An inquiry that comes to nothing is closed by then. */
const INQUIRY_ENDS_AFTER = 120 * DAY

/** The customer's bank contests a paid charge. @returns the charge as it is then, and what contests it. */
export async function openDispute(
  unit: Unit,
  charge: Body<'charge'>,
  claim: Claim,
): Promise<Readonly<{ charge: Body<'charge'>; dispute: Body<'dispute'> }>> {
  const disputed = unit.save('charge', { ...charge, disputed: true })
  const opened = unit.save('dispute', newDispute(unit.now, charge, claim), {
    hidden: { verdict: null },
    due: claim.kind === 'inquiry' ? unit.now + INQUIRY_ENDS_AFTER : answerDueBy(unit.now),
  })
  unit.emit('charge.dispute.created', opened)
  if (claim.kind === 'inquiry') return { charge: disputed, dispute: opened }
  await retireWarnings(unit, charge.id)
  const dispute = withdrawFunds(unit, opened)
  await failPendingRefunds(unit, charge.id)
  return { charge: disputed, dispute }
}

/** The disputed money leaves the balance, and a fee with it. */
export function withdrawFunds(unit: Unit, dispute: Body<'dispute'>): Body<'dispute'> {
  const withdrawal = moveBalance(unit, {
    amount: -dispute.amount,
    currency: dispute.currency,
    description: `Chargeback withdrawal for ${dispute.charge}`,
    fee: FEE,
    source: dispute.id,
    category: 'dispute',
  })
  const after = unit.save('dispute', {
    ...dispute,
    balance_transactions: [...dispute.balance_transactions, withdrawal],
  })
  unit.emit('charge.dispute.funds_withdrawn', after)
  return after
}

/** The end of the eighth day, as Unix seconds: until then evidence is taken. */
export function answerDueBy(now: number): number {
  return (Math.floor(now / DAY) + 9) * DAY - 1
}

function newDispute(now: number, charge: Body<'charge'>, claim: Claim): Body<'dispute'> {
  const inquiry = claim.kind === 'inquiry'
  const code = inquiry ? '10' : NETWORK_CODES[claim.reason]
  const brand = charge.payment_method_details?.card?.brand ?? 'visa'
  return {
    id: newId('du'),
    object: 'dispute',
    amount: claim.amount,
    balance_transactions: [],
    charge: charge.id,
    created: now,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: answerDueBy(now),
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: inquiry,
    livemode: false,
    metadata: {},
    network_reason_code: code,
    payment_intent: charge.payment_intent,
    payment_method_details: {
      type: 'card',
      card: { brand, case_type: claim.kind, network: brand, network_reason_code: code },
    },
    reason: claim.reason,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
  }
}
