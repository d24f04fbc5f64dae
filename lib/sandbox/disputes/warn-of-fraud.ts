import { newId } from '../ids'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'

/** The card's bank holds a charge for fraud. Nothing is moved: a refund now may spare a dispute later. */
export function warnOfFraud(unit: Unit, charge: Body<'charge'>): Body<'radar.early_fraud_warning'> {
  const warning = unit.save('radar.early_fraud_warning', {
    id: newId('issfr'),
    object: 'radar.early_fraud_warning',
    actionable: !charge.refunded && !charge.disputed,
    charge: charge.id,
    created: unit.now,
    fraud_type: 'made_with_stolen_card',
    livemode: false,
    ...(typeof charge.payment_intent === 'string' ? { payment_intent: charge.payment_intent } : {}),
  })
  unit.emit('radar.early_fraud_warning.created', warning)
  return warning
}

/** A charge that is refunded in full or disputed leaves nothing to be done about its warnings. */
export async function retireWarnings(unit: Unit, chargeId: string): Promise<void> {
  const open = await unit.list('radar.early_fraud_warning', {
    filters: { charge: chargeId, actionable: true },
    limit: 100,
  })
  for (const warning of open) {
    const retired = unit.save('radar.early_fraud_warning', { ...warning, actionable: false })
    unit.emit('radar.early_fraud_warning.updated', retired, { actionable: true })
  }
}
