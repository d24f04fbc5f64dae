import { z } from 'zod'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { ADJUSTMENT_STATES, GRANT_CATEGORIES, type AdjustmentState } from './adjustment'

/** An adjustment as staff read of it. People are named by their e-mail address. */
export type Adjustment = Readonly<{
  id: string
  accountId: bigint
  accountName: string
  /** What is given, or the posting that is undone. */
  deed:
    | Readonly<{
        kind: 'grant'
        category: (typeof GRANT_CATEGORIES)[number]
        expiresAt: Instant | null
      }>
    | Readonly<{ kind: 'reversal'; code: string; postingId: bigint }>
  amount: Money
  reason: string
  requestedBy: string
  /** Whether the person who looks is who asked. */
  isOwn: boolean
  requestedAt: Instant
  /** Whether who asked could not ask for it now, being staff no more or a member by now: nobody may approve it. */
  isRequesterBarred: boolean
  needsApproval: boolean
  state: AdjustmentState
  /** Until when it may be decided; null where nobody needs to. */
  lapsesAt: Instant | null
  decidedBy: string | null
  decidedAt: Instant | null
  note: string | null
  /** What it became in the books; null until it is made. */
  postingId: bigint | null
}>

const common = {
  id: z.string(),
  account_id: z.bigint(),
  account_name: z.string(),
  amount_micros: z.bigint(),
  reason: z.string(),
  requested_by: z.string(),
  is_own: z.boolean(),
  requested_at: z.date(),
  requester_barred: z.boolean(),
  needs_approval: z.boolean(),
  state: z.enum(ADJUSTMENT_STATES),
  lapses_at: z.date().nullable(),
  decided_by: z.string().nullable(),
  decided_at: z.date().nullable(),
  note: z.string().nullable(),
  posting_id: z.bigint().nullable(),
}

const row = z.discriminatedUnion('kind', [
  z.object({
    ...common,
    kind: z.literal('grant'),
    category: z.enum(GRANT_CATEGORIES),
    expires_at: z.date().nullable(),
  }),
  z.object({ ...common, kind: z.literal('reversal'), target_id: z.bigint(), target_code: z.string() }),
])

/** Reads a row of `adjustmentColumns`. @throws ZodError where it is none */
export function parseAdjustment(value: unknown): Adjustment {
  const found = row.parse(value)
  return {
    id: found.id,
    accountId: found.account_id,
    accountName: found.account_name,
    deed:
      found.kind === 'grant'
        ? { kind: 'grant', category: found.category, expiresAt: found.expires_at }
        : { kind: 'reversal', code: found.target_code, postingId: found.target_id },
    amount: usd(found.amount_micros),
    reason: found.reason,
    requestedBy: found.requested_by,
    isOwn: found.is_own,
    requestedAt: found.requested_at,
    isRequesterBarred: found.requester_barred,
    needsApproval: found.needs_approval,
    state: found.state,
    lapsesAt: found.lapses_at,
    decidedBy: found.decided_by,
    decidedAt: found.decided_at,
    note: found.note,
    postingId: found.posting_id,
  }
}
