import { z } from 'zod'
import { BillingError } from '@/lib/kit/errors'
import { ADJUSTMENT_STATES, type AdjustmentState } from './adjustment'

const REFUSALS = {
  absent: () => new BillingError('not_found', 'There is no such thing to adjust.'),
  mismatch: () =>
    new BillingError('idempotency_key_reused', 'This form was sent before, with something else in it.'),
  not_staff: () => new BillingError('forbidden', 'Reserved for staff.'),
  own_account: () =>
    new BillingError('forbidden', 'You are a member of this account. Someone else has to do this.'),
  same_person: () => new BillingError('forbidden', 'You asked for this. A second person has to approve it.'),
  requester_barred: () =>
    new BillingError(
      'conflict',
      'Whoever asked for this may not adjust this account any more. It can be declined, and asked for anew.',
    ),
  decided: () => new BillingError('conflict', 'This was decided already, in another way.'),
  not_correctable: () =>
    new BillingError('conflict', 'This posting cannot be undone by hand.', { internal: 'not_correctable' }),
  already_reversed: () => new BillingError('conflict', 'This posting was undone already.'),
  already_asked: () =>
    new BillingError('conflict', 'Someone asked to undo this posting already. It waits for approval.'),
  expired: () => new BillingError('conflict', 'The credit would have expired already.'),
} as const

export type AdjustmentRefusal = keyof typeof REFUSALS

export const refusalSchema = z.enum([
  'absent',
  'mismatch',
  'not_staff',
  'own_account',
  'same_person',
  'requester_barred',
  'decided',
  'not_correctable',
  'already_reversed',
  'already_asked',
  'expired',
] as const satisfies readonly AdjustmentRefusal[])

const row = z.union([
  z.object({ status: z.enum(ADJUSTMENT_STATES), posting_id: z.bigint().nullable() }),
  z.object({ status: refusalSchema }),
])

/** What became of it: `postingId` is set once it is made. */
export type AdjustmentAnswer = Readonly<{ state: AdjustmentState; postingId: bigint | null }>

/**
 * Reads an `adjustment_answer`. @throws BillingError `not_found`, `idempotency_key_reused`, `forbidden`, `conflict`
 */
export function parseAdjustmentAnswer(value: unknown): AdjustmentAnswer {
  const found = row.parse(value)
  if (!('posting_id' in found)) throw refuseAdjustment(found.status)
  return { state: found.status, postingId: found.posting_id }
}

export function refuseAdjustment(refusal: AdjustmentRefusal): BillingError {
  return REFUSALS[refusal]()
}
