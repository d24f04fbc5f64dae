import { z } from 'zod'
import { usd, type Money } from '@/lib/kit/money'

/** Why nothing was written. `mismatch`: the reference was used before, for something else. */
export type PostingRefusal =
  'mismatch' | 'insufficient' | 'unknown_account' | 'unknown_target' | 'already_reversed' | 'invalid'

/** What a ledger call answered. `replayed` carries what the first call was answered. */
export type PostingOutcome =
  | Readonly<{
      status: 'posted' | 'replayed'
      postingId: bigint
      total: Money
      /** The wallet's balance after the posting. */
      balance: Money
      answer: Readonly<Record<string, unknown>>
    }>
  | Readonly<{ status: PostingRefusal }>

const row = z.union([
  z.object({
    status: z.enum(['posted', 'replayed']),
    posting_id: z.bigint(),
    total_micros: z.bigint(),
    balance_micros: z.bigint(),
    answer: z.record(z.string(), z.unknown()),
  }),
  z.object({
    status: z.enum(['mismatch', 'insufficient', 'unknown_account', 'unknown_target', 'invalid']),
  }),
])

/** Parses one row of `ledger.posting_result`. @throws ZodError where the database answers something else. */
export function parsePostingOutcome(value: unknown): PostingOutcome {
  const parsed = row.parse(value)
  if (!('posting_id' in parsed)) return { status: parsed.status }
  return {
    status: parsed.status,
    postingId: parsed.posting_id,
    total: usd(parsed.total_micros),
    balance: usd(parsed.balance_micros),
    answer: parsed.answer,
  }
}
