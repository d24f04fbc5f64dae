import { z } from 'zod'
import { BillingError } from '@/lib/kit/errors'
import { requireScope } from '../actor'
import type { Context } from '../context'
import type { Declined, Interval, TermsRefusal } from '../ports/subscription-provider'
import { convergeSubscription } from './converge-subscription'
import { decideProrationDate } from './decide-proration-date'
import { holdToQuote, refusedTerms } from './hold-to-quote'
import { termsOf } from './preview-subscription'
import { readSubscription } from './read-subscription'
import { refuseField } from './refuse-field'
import { resolvePromotionCode } from './resolve-promotion-code'
import { abandonDeed, beginDeed, endDeed, subscriptionMissing, type BegunDeed } from './run-deed'

export type IntervalChange = Readonly<{
  interval: Interval
  promotionCode: string | null
  /** Of a preview: what it quoted is charged, or nothing. Null: reckoned from now. */
  prorationDate: number | null
  idempotencyKey: string | null
}>

const changed = z.object({ changed: z.boolean(), interval: z.enum(['monthly', 'annual']) })
export type IntervalChanged = Readonly<z.infer<typeof changed>>

/**
 * Changes how often the account's subscription is billed: a new period begins now and is charged at once, less what is
 * left of the old one; a scheduled end is taken back. Where it is so billed already, nothing is done. Where the charge
 * does not go through, nothing has changed.
 * @throws BillingError `subscription_missing`, `payment_declined`, `invalid_input` (promotionCode, prorationDate),
 * `idempotency_key_reused`, `in_flight`, `payment_provider_unavailable`
 */
export async function changeInterval(ctx: Context, input: IntervalChange): Promise<IntervalChanged> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const { idempotencyKey, ...request } = input
  const deed = { accountId, kind: 'change', numberId: null, idempotencyKey, request } as const
  const begun = await beginDeed(ctx, deed)
  if (begun.status === 'replayed') return changed.parse(begun.answer)
  if (begun.status !== 'begun') throw subscriptionMissing()
  try {
    const answer = await carryOut(ctx, accountId, input, begun)
    await endDeed(ctx, deed, begun, { state: 'done', answer })
    return answer
  } catch (error) {
    await abandonDeed(ctx, deed, begun, error)
    throw error
  }
}

async function carryOut(
  ctx: Context,
  accountId: bigint,
  { interval, promotionCode, prorationDate }: IntervalChange,
  begun: BegunDeed,
): Promise<IntervalChanged> {
  const reading = await convergeSubscription(ctx, begun.subscriptionId)
  const known = await readSubscription(ctx.db, accountId, ctx.now())
  if (reading.kind !== 'applied' || known === null) throw subscriptionMissing()
  const now = reading.subscription
  const wanted = { interval, quantity: Math.max(1, known.covered) }
  const promotionCodeId = await resolvePromotionCode(ctx, promotionCode, {
    ...wanted,
    customerId: now.customerId,
  })
  const stale = decideProrationDate(prorationDate, ctx.now(), now)
  if (stale !== null) throw refuseField('prorationDate', stale)
  if (now.interval === interval) return { changed: false, interval }

  const terms = termsOf(now, wanted, { promotionCodeId, prorationDate })
  await holdToQuote(ctx, accountId, 'interval', terms)
  const outcome = await ctx.payments.subscriptions.change(terms, `${begun.deedId}:change`)
  if (outcome.kind !== 'changed') throw refusalOf(outcome)
  await convergeSubscription(ctx, now.id)
  return { changed: true, interval }
}

function refusalOf(outcome: TermsRefusal | Declined): BillingError {
  if (outcome.kind === 'refused') return refusedTerms(outcome.about)
  return new BillingError(
    'payment_declined',
    outcome.needsCustomer
      ? 'Your bank wants you to confirm the payment. Nothing has changed: pay with another card.'
      : 'The payment was declined. Nothing has changed: check your default payment method.',
  )
}
