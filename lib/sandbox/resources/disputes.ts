import { loseDispute } from '../disputes/close-dispute'
import { isClosed, isInquiry, verdictOf } from '../disputes/evidence'
import { ApiError, invalidParameter, wrongState } from '../http/api-error'
import { clearable, flag, metadata, object, range, text } from '../http/fields'
import { listObjects, PAGE } from '../http/lists'
import { route } from '../http/routes'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { changedFields } from './changed-fields'
import { merged } from './merge-metadata'

/** Emulated seconds that a bank takes over evidence which decides the matter. */
const DECIDED_AFTER = 5
/** Characters that all evidence of a dispute may have together. */
const EVIDENCE_MAX = 150_000

const words = clearable(text({ max: 20_000 }))

/** The evidence that is text; there are no files here. */
const EVIDENCE = object({
  access_activity_log: words,
  billing_address: words,
  cancellation_policy_disclosure: words,
  cancellation_rebuttal: words,
  customer_email_address: words,
  customer_name: words,
  customer_purchase_ip: words,
  duplicate_charge_explanation: words,
  duplicate_charge_id: words,
  product_description: words,
  refund_policy_disclosure: words,
  refund_refusal_explanation: words,
  service_date: words,
  shipping_address: words,
  shipping_carrier: words,
  shipping_date: words,
  shipping_tracking_number: words,
  uncategorized_text: words,
})

type Sent = Readonly<{
  evidence: ReturnType<typeof EVIDENCE>
  metadata: ReturnType<ReturnType<typeof metadata>>
  submit: boolean | undefined
}>

export const disputeRoutes = [
  route('GET', '/v1/disputes/:id', 'dispute', {}, ({ unit, id }) => findDispute(unit, id)),

  route(
    'POST',
    '/v1/disputes/:id',
    'dispute',
    { evidence: EVIDENCE, metadata: metadata(), submit: flag() },
    async ({ unit, id, params }) => answerDispute(unit, await findDispute(unit, id), params),
  ),

  route('POST', '/v1/disputes/:id/close', 'dispute', {}, async ({ unit, id }) => {
    const dispute = await findDispute(unit, id)
    refuseClosed(dispute)
    return loseDispute(unit, dispute)
  }),

  route(
    'GET',
    '/v1/disputes',
    'list:dispute',
    { ...PAGE, charge: text(), created: range(), payment_intent: text() },
    ({ unit, params }) =>
      listObjects(unit, 'dispute', params, {
        filters: { charge: params.charge, payment_intent: params.payment_intent },
        created: params.created,
        url: '/v1/disputes',
      }),
  ),
]

/** Keeps evidence, and hands it to the bank unless it is only staged. @throws ApiError of status 400. */
function answerDispute(unit: Unit, before: Body<'dispute'>, sent: Sent): Body<'dispute'> {
  refuseClosed(before)
  const after = answered(before, sent)
  const submitted = after.evidence_details.submission_count > before.evidence_details.submission_count
  const verdict = submitted ? verdictOf(before, sent.evidence?.uncategorized_text) : null
  const waits = verdict === null ? {} : { hidden: { verdict }, due: unit.now + DECIDED_AFTER }
  unit.save('dispute', after, waits)
  unit.emit('charge.dispute.updated', after, changedFields(before, after) ?? {})
  return after
}

function answered(before: Body<'dispute'>, sent: Sent): Body<'dispute'> {
  const labelled = { ...before, metadata: merged(before.metadata, sent.metadata) }
  if (sent.evidence === undefined) return labelled
  const given = Object.entries(sent.evidence).filter(([, value]) => value !== undefined)
  const evidence = { ...before.evidence, ...Object.fromEntries(given) }
  const size = Object.values(evidence).reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? value.length : 0),
    0,
  )
  if (size > EVIDENCE_MAX) {
    throw invalidParameter(
      `The combined character count of all evidence must be at most ${EVIDENCE_MAX}.`,
      'evidence',
    )
  }
  const submits = sent.submit ?? true
  const { submission_count: count, submission_method: method } = before.evidence_details
  return {
    ...labelled,
    evidence,
    evidence_details: {
      ...before.evidence_details,
      has_evidence: true,
      submission_count: count + (submits ? 1 : 0),
      submission_method: submits ? 'manual' : method,
    },
    ...(submits ? { status: isInquiry(before) ? 'warning_under_review' : 'under_review' } : {}),
  }
}

async function findDispute(unit: Unit, id: string): Promise<Body<'dispute'>> {
  const row = await unit.row('dispute', id)
  if (row !== null) return row.body
  throw new ApiError(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such dispute: '${id}'`,
    param: 'dispute',
  })
}

function refuseClosed(dispute: Body<'dispute'>): void {
  if (isClosed(dispute)) throw wrongState('This dispute is already closed')
}
