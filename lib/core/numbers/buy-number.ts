import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { newId } from '@/lib/kit/ids'
import type { Money } from '@/lib/kit/money'
import { moneyString } from '@/lib/kit/money-text'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { coverNewNumber } from '../subscriptions/cover-new-number'
import { beginNumber, recordNumber, type BegunNumber, type Deed, type NumberTerms } from './begin-number'
import { handBack, type HeldClaim } from './hand-back'
import type { PhoneNumber } from './read-number'

export type NumberPurchase = NumberTerms &
  Readonly<{
    /** Three digits; null: any. */
    areaCode: string | null
    /** The caller's Idempotency-Key; null: every call buys a number. */
    idempotencyKey: string | null
  }>

const RETRY_SECONDS = 5

/**
 * Buys a number, pay as you go: the first month of its rent is taken with it, and only if the wallet covers it; while
 * subscribed it is covered at once instead, if its share of the period can be charged. `quotedAt` is the moment of a quote of
 * that share, which is then charged or nothing; null: reckoned from now. What is asked
 * of the carrier is written down before, under the number's id, so that a purchase cut off anywhere either ends in a number
 * that the account holds, or in none: then the job hands it back.
 * @throws BillingError `insufficient_funds`, `conflict` (no number is free), `idempotency_key_reused`, `in_flight`
 */
export async function buyNumber(
  ctx: Context,
  purchase: NumberPurchase,
  quotedAt: number | null = null,
): Promise<PhoneNumber> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const deed = { accountId, purchase, rent: ctx.prices.numberRent, now: ctx.now() }
  const begun = await beginNumber(ctx.db, { ...deed, numberId: newId('num') })
  switch (begun.status) {
    case 'replayed':
      return begun.number
    case 'mismatch':
      throw new BillingError(
        'idempotency_key_reused',
        'This Idempotency-Key came with another request before.',
      )
    case 'in_flight':
      throw inFlight()
    case 'insufficient':
      throw insufficient(begun.balance, ctx.prices.numberRent)
    default:
      return cover(ctx, { accountId, prorationDate: quotedAt }, await claimAndRecord(ctx, deed, begun))
  }
}

async function claimAndRecord(ctx: Context, deed: Deed, begun: BegunNumber): Promise<PhoneNumber> {
  const { numberId } = begun
  const { accountId, purchase } = deed
  const number = await claim(ctx, { accountId, numberId }, purchase.areaCode)
  const recorded = await recordNumber(ctx.db, { ...deed, number, begun })
  if (recorded.status === 'recorded') return recorded.number
  await handBack(ctx, { accountId, numberId })
  if (recorded.status === 'abandoned') throw inFlight()
  throw insufficient(recorded.balance, deed.rent)
}

/** Where there is a subscription it covers the number, if what that costs is paid; otherwise the wallet bears it. */
async function cover(
  ctx: Context,
  { accountId, prorationDate }: Readonly<{ accountId: bigint; prorationDate: number | null }>,
  number: PhoneNumber,
): Promise<PhoneNumber> {
  const { mode } = await coverNewNumber(ctx, { numberId: number.id, prorationDate })
  if (mode === number.mode) return number
  // The answer that the caller's key is good for says it too.
  await callDatabase(
    ctx.db,
    (sql) => sql`
      update idempotency_record set answer = jsonb_set(answer, '{number,mode}', to_jsonb(${mode}::text))
       where account_id = ${accountId} and subject_id = ${number.id} and answer is not null`,
  )
  return { ...number, mode }
}

/** Where the carrier has none, or does not answer, the purchase is given up and the caller's key is free again. */
async function claim(ctx: Context, claimed: HeldClaim, areaCode: string | null): Promise<string> {
  try {
    return await ctx.carrier.claim(claimed.numberId, areaCode)
  } catch (error) {
    await abandon(ctx, claimed)
    throw error
  }
}

/** Where even this fails, the job gives it up later. */
async function abandon(ctx: Context, { accountId, numberId }: HeldClaim): Promise<void> {
  try {
    await callDatabase(ctx.db, (sql) => sql`select abandon_number(${accountId}, ${numberId})`)
    await handBack(ctx, { accountId, numberId })
  } catch (error) {
    ctx.log.warn({ err: error, numberId }, 'a purchase could not be given up yet')
  }
}

function inFlight(): BillingError {
  return new BillingError('in_flight', 'A request with this Idempotency-Key is still running.', {
    retryAfterSeconds: RETRY_SECONDS,
  })
}

function insufficient(balance: Money, rent: Money): BillingError {
  return new BillingError(
    'insufficient_funds',
    `A number costs ${moneyString(rent)} a month, in advance, and the balance is ${moneyString(balance)}. Add credits first.`,
  )
}
