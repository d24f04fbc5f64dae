import { moveBalance } from '../payments/move-balance'
import { failPendingRefunds } from '../payments/settle-refund'
import { changedFields } from '../resources/changed-fields'
import type { Body, Row } from '../store/kinds'
import type { Unit } from '../store/unit'
import { isClosed, isInquiry } from './evidence'
import { answerDueBy, withdrawFunds } from './open-dispute'
import { retireWarnings } from './warn-of-fraud'

type Dispute = Body<'dispute'>

/** The bank sides with us: the money comes back, its fee does not. An inquiry ends without having moved any. */
export function winDispute(unit: Unit, dispute: Dispute): Dispute {
  if (isInquiry(dispute)) return close(unit, dispute, 'warning_closed')
  const reinstated = moveBalance(unit, {
    amount: dispute.amount,
    currency: dispute.currency,
    description: `Chargeback reversal for ${dispute.charge}`,
    fee: 0,
    source: dispute.id,
    category: 'dispute_reversal',
  })
  const won: Dispute = {
    ...dispute,
    balance_transactions: [...dispute.balance_transactions, reinstated],
    is_charge_refundable: true,
    status: 'won',
  }
  unit.emit('charge.dispute.funds_reinstated', won)
  return close(unit, won, 'won')
}

/** The bank sides with its customer, or nobody contradicted in time. An inquiry that is given up takes no money. */
export function loseDispute(unit: Unit, dispute: Dispute): Dispute {
  return close(unit, dispute, isInquiry(dispute) ? 'warning_closed' : 'lost')
}

/** An inquiry becomes a chargeback: now the money is taken, and the time to answer begins anew. */
export async function escalateInquiry(unit: Unit, inquiry: Dispute): Promise<Dispute> {
  const card = inquiry.payment_method_details?.card
  const due = answerDueBy(unit.now)
  const escalated: Dispute = {
    ...inquiry,
    evidence_details: { ...inquiry.evidence_details, due_by: due },
    is_charge_refundable: false,
    ...(card === undefined
      ? {}
      : { payment_method_details: { type: 'card', card: { ...card, case_type: 'chargeback' } } }),
    status: 'needs_response',
  }
  unit.save('dispute', escalated, { hidden: { verdict: null }, due })
  unit.emit('charge.dispute.updated', escalated, changedFields(inquiry, escalated) ?? {})
  await retireWarnings(unit, inquiry.charge)
  const withdrawn = withdrawFunds(unit, escalated)
  await failPendingRefunds(unit, inquiry.charge)
  return withdrawn
}

/** Once its time has come: what the evidence decided, or what follows from having given none. */
export async function settleDispute(unit: Unit, { body, hidden }: Row<'dispute'>): Promise<void> {
  if (isClosed(body)) return
  if (hidden.verdict === 'won') winDispute(unit, body)
  else if (hidden.verdict === 'escalated') await escalateInquiry(unit, body)
  else if (hidden.verdict === 'lost' || isInquiry(body)) loseDispute(unit, body)
  else if (body.status === 'needs_response') {
    loseDispute(unit, { ...body, evidence_details: { ...body.evidence_details, past_due: true } })
  }
}

function close(unit: Unit, dispute: Dispute, status: 'won' | 'lost' | 'warning_closed'): Dispute {
  const closed = unit.save('dispute', { ...dispute, status }, { hidden: { verdict: null }, due: null })
  unit.emit('charge.dispute.closed', closed)
  return closed
}
