import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { convergeSubscription } from './converge-subscription'
import { decideProrationDate } from './decide-proration-date'
import { tryToFollowNumbers } from './follow-numbers'
import { holdToQuote } from './hold-to-quote'
import { termsOf } from './preview-subscription'
import { readSubscription } from './read-subscription'
import { abandonDeed, beginDeed, endDeed, type BegunDeed, type DeedRequest } from './run-deed'

export type CoverInput = Readonly<{
  numberId: string
  /** Of a preview: what it quoted is charged, or nothing. Null: reckoned from now. */
  prorationDate: number | null
}>

/**
 * Whether a number is covered. `pending`: what became of the charge is not known yet, and it will be covered by itself
 * if it went through.
 */
export type Covering = Readonly<
  | { mode: 'FIXED' }
  | { mode: 'PAYG'; reason: 'not_subscribed' | 'declined' | 'needs_customer' | 'quote_stale' | 'pending' }
>

/**
 * Covers one of the account's numbers by its subscription: with a unit that is paid for and free, or with one more unit,
 * whose share of the period is charged at once. Where that fails the number stays PAYG, and nothing is charged; without a
 * subscription nothing is done. Refusals and outages are answers, since the number itself is bought.
 * @throws BillingError `forbidden`, `impersonating`, `database_unavailable`
 */
export async function coverNewNumber(ctx: Context, input: CoverInput): Promise<Covering> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const known = await readSubscription(ctx.db, accountId, ctx.now())
  if (known === null) return { mode: 'PAYG', reason: 'not_subscribed' }
  const deed: DeedRequest = {
    accountId,
    kind: 'cover',
    numberId: input.numberId,
    idempotencyKey: null,
    request: null,
  }
  try {
    // A renewal that was not heard of yet decides how many units there are.
    if (known.periodEnd <= ctx.now()) await convergeSubscription(ctx, known.subscriptionId)
    return await cover(ctx, deed, input)
  } catch (error) {
    if (!(error instanceof BillingError) || error.code === 'database_unavailable') throw error
    ctx.log.warn({ err: error, numberId: input.numberId }, 'a number could not be covered')
    return { mode: 'PAYG', reason: error.code === 'invalid_input' ? 'quote_stale' : 'pending' }
  }
}

async function cover(ctx: Context, deed: DeedRequest, input: CoverInput): Promise<Covering> {
  const begun = await beginDeed(ctx, deed)
  if (begun.status === 'not_subscribed') return { mode: 'PAYG', reason: 'not_subscribed' }
  if (begun.status !== 'begun') {
    await tryToFollowNumbers(ctx, deed.accountId)
    return { mode: 'FIXED' }
  }
  try {
    const covering = await buyUnit(ctx, deed.accountId, input, begun)
    await endDeed(ctx, deed, begun, { state: endOf(covering), answer: null })
    return covering
  } catch (error) {
    await abandonDeed(ctx, deed, begun, error)
    throw error
  }
}

/** A charge whose end is unknown leaves the deed open: if it went through, the number is covered by itself. */
function endOf(covering: Covering): 'done' | 'failed' | 'begun' {
  if (covering.mode === 'FIXED') return 'done'
  return covering.reason === 'pending' ? 'begun' : 'failed'
}

async function buyUnit(
  ctx: Context,
  accountId: bigint,
  { numberId, prorationDate }: CoverInput,
  begun: BegunDeed,
): Promise<Covering> {
  const reading = await convergeSubscription(ctx, begun.subscriptionId)
  if (reading.kind !== 'applied' || reading.subscription.endedAt !== null) {
    return { mode: 'PAYG', reason: 'not_subscribed' }
  }
  // That reading may have found it paid already, by a deed whose end nobody heard of.
  if (await isCovered(ctx, accountId, numberId)) return { mode: 'FIXED' }
  const known = await readSubscription(ctx.db, accountId, ctx.now())
  if (known === null) return { mode: 'PAYG', reason: 'not_subscribed' }
  const now = reading.subscription
  if (decideProrationDate(prorationDate, ctx.now(), now) !== null)
    return { mode: 'PAYG', reason: 'quote_stale' }
  const wanted = { interval: now.interval, quantity: known.units + 1 }
  const terms = termsOf(now, wanted, { promotionCodeId: null, prorationDate })
  await holdToQuote(ctx, accountId, 'number', terms)
  const outcome = await ctx.payments.subscriptions.change(terms, `${begun.deedId}:cover`)
  if (outcome.kind === 'refused') return { mode: 'PAYG', reason: 'quote_stale' }
  if (outcome.kind === 'declined') {
    return { mode: 'PAYG', reason: outcome.needsCustomer ? 'needs_customer' : 'declined' }
  }
  await convergeSubscription(ctx, now.id)
  const covered = await isCovered(ctx, accountId, numberId)
  return covered ? { mode: 'FIXED' } : { mode: 'PAYG', reason: 'pending' }
}

async function isCovered(ctx: Context, accountId: bigint, numberId: string): Promise<boolean> {
  const rows = await callDatabase(
    ctx.db,
    (sql) => sql`
      select from phone_number where account_id = ${accountId} and id = ${numberId} and mode = 'FIXED'`,
  )
  return rows.length > 0
}
