import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { usd, ZERO, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'
import type {
  Interval,
  SubscriptionPreview,
  SubscriptionSnapshot,
  SubscriptionTerms,
} from '../ports/subscription-provider'
import { momentBeside, quoteMoment } from './decide-proration-date'
import { keepQuote, refusedTerms, type Quoted } from './hold-to-quote'
import { readSubscription, type KnownSubscription } from './read-subscription'
import { resolvePromotionCode } from './resolve-promotion-code'
import { subscriptionMissing } from './run-deed'

export type PreviewInput = Readonly<{
  /** Null: as it is. */
  interval: Interval | null
  /** Null: as many as there are covered numbers. */
  quantity: number | null
  promotionCode: string | null
}>

export type Preview = Omit<SubscriptionPreview, 'itemIds'> &
  Readonly<{
    /** Unix seconds; a change made with it charges `amountDue`, or nothing. */
    prorationDate: number
    /** What of it the wallet owes: it comes back to the balance once the charge is made. */
    repaid: Money
  }>

type Wanted = Readonly<{ interval: Interval; quantity: number }>

/**
 * What a change of the account's subscription would charge today. Changes nothing and charges nothing.
 * @throws BillingError `subscription_missing`, `invalid_input` (promotionCode), `payment_provider_unavailable`
 */
export async function previewSubscription(ctx: Context, input: PreviewInput): Promise<Preview> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const known = await readSubscription(ctx.db, accountId, ctx.now())
  const now = known && (await ctx.payments.subscriptions.retrieve(known.subscriptionId))
  if (known === null || now === null || now.endedAt !== null) throw subscriptionMissing()

  const current = Math.max(1, known.covered)
  const wanted = { interval: input.interval ?? now.interval, quantity: input.quantity ?? current }
  const promotionCodeId = await resolvePromotionCode(ctx, input.promotionCode, {
    ...wanted,
    customerId: now.customerId,
  })
  const prorationDate = quoteMoment(ctx.now(), now)
  if (isFree(wanted, known, now)) return { ...FREE, prorationDate }
  const terms = { ...termsOf(now, wanted, { promotionCodeId, prorationDate }), prorationDate }
  return quote(ctx, accountId, quotedBy(wanted, now, current), terms, now.periodStart)
}

/** Moments tried, each a second further off, until one stands for this amount alone. */
const MOMENTS_MAX = 10

/** Asks the provider, and keeps the answer where it is one that a change can be held to. */
async function quote(
  ctx: Context,
  accountId: bigint,
  quoted: Quoted | null,
  terms: SubscriptionTerms & Readonly<{ prorationDate: number }>,
  periodStart: Instant,
): Promise<Preview> {
  for (let tries = 0; ; tries++) {
    const prorationDate = momentBeside(terms.prorationDate, tries, periodStart)
    const answer = await ctx.payments.subscriptions.preview({ ...terms, prorationDate })
    if (answer.kind === 'refused') throw refusedTerms(answer.about)
    const { itemIds, ...preview } = answer.preview
    const isKept =
      quoted === null ||
      (await keepQuote(ctx, accountId, quoted, { ...terms, prorationDate }, preview.amountDue))
    if (isKept || tries === MOMENTS_MAX) {
      return { ...preview, prorationDate, repaid: await repaidWith(ctx, accountId, itemIds) }
    }
  }
}

const FREE = { amountDue: ZERO, currency: 'usd', discount: ZERO, lines: [], repaid: ZERO } as const

/** The overdraft of the wallet that an invoice with these items collects. */
async function repaidWith(ctx: Context, accountId: bigint, itemIds: readonly string[]): Promise<Money> {
  if (itemIds.length === 0) return ZERO
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql<{ micros: bigint }[]>`
      select coalesce(sum(amount_micros), 0)::bigint as micros from overdraft_collection
       where account_id = ${accountId} and stripe_item_id = any (${[...itemIds]}::text[])`,
  )
  return usd(row?.micros ?? 0n)
}

/** The terms on which the provider previews and changes a subscription. Another interval begins a period anew. */
export function termsOf(
  now: SubscriptionSnapshot,
  wanted: Wanted,
  rest: Pick<SubscriptionTerms, 'promotionCodeId' | 'prorationDate'>,
): SubscriptionTerms {
  const { id: subscriptionId, itemId, customerId } = now
  const period = wanted.interval === now.interval ? 'goes_on' : 'anew'
  return { subscriptionId, itemId, customerId, ...wanted, period, ...rest }
}

/** Units that are paid for cost nothing more in their period, and fewer are not given back. */
function isFree(wanted: Wanted, known: KnownSubscription, now: SubscriptionSnapshot): boolean {
  const isSamePeriod = known.periodEnd.getTime() === now.periodEnd.getTime()
  const paid = isSamePeriod ? known.units : now.quantity
  return wanted.interval === now.interval && wanted.quantity <= paid
}

/** What could be done at this price: the rest is only a question. */
function quotedBy(wanted: Wanted, now: SubscriptionSnapshot, current: number): Quoted | null {
  if (wanted.interval !== now.interval) return wanted.quantity === current ? 'interval' : null
  return wanted.quantity === current + 1 ? 'number' : null
}

/** What one more number would cost now: null without a subscription, zero where a paid unit is free. */
export async function previewNewNumber(ctx: Context): Promise<Preview | null> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const known = await readSubscription(ctx.db, accountId, ctx.now())
  if (known === null) return null
  return previewSubscription(ctx, { interval: null, quantity: known.covered + 1, promotionCode: null })
}
