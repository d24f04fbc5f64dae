import type { Body } from '../store/kinds'

type Evidence = Body<'dispute'>['evidence']

export const NO_EVIDENCE: Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
}

/** The words by which Stripe's test mode lets whoever submits them decide. */
const VERDICTS: ReadonlyMap<string, 'won' | 'lost' | 'escalated'> = new Map([
  ['winning_evidence', 'won'],
  ['losing_evidence', 'lost'],
  ['escalate_inquiry_evidence', 'escalated'],
])

/** What the submitted text decides; null for any other text. Only an inquiry can be escalated. */
export function verdictOf(
  dispute: Body<'dispute'>,
  text: string | null | undefined,
): 'won' | 'lost' | 'escalated' | null {
  const verdict = VERDICTS.get(text ?? '') ?? null
  return verdict === 'escalated' && !isInquiry(dispute) ? null : verdict
}

export function isInquiry({ status }: Body<'dispute'>): boolean {
  return status.startsWith('warning_')
}

export function isClosed({ status }: Body<'dispute'>): boolean {
  return ['won', 'lost', 'warning_closed', 'prevented'].includes(status)
}
