import { callDatabase } from '@/lib/db/call'
import { exactCents, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'
import type { SubscriptionTerms } from '../ports/subscription-provider'
import { STALE } from './decide-proration-date'
import { refuseField } from './refuse-field'

/** What a quote was for: another interval, or one number more. How many numbers there are may change meanwhile. */
export type Quoted = 'interval' | 'number'

/** Keeps what a customer was told that these terms cost, so that they are held to it. */
export async function keepQuote(
  ctx: Context,
  accountId: bigint,
  quoted: Quoted,
  terms: SubscriptionTerms,
  amountDue: Money,
): Promise<void> {
  requireScope(ctx.actor, 'billing:read')
  // An impersonator's handle cannot write, and what it was shown is not used by anyone.
  if (ctx.actor.kind === 'impersonator') return
  await callDatabase(
    ctx.db,
    (sql) => sql`
      insert into subscription_quote (account_id, proration_date, terms, amount_cents)
      values (${accountId}, ${terms.prorationDate}, ${nameOf(quoted, terms)}, ${exactCents(amountDue)})
      on conflict do nothing`,
  )
}

/**
 * Sees to it that a change made with the moment of a preview charges what the preview said, or nothing: what it would
 * charge now is asked again, and where that is not what every preview of this moment and these terms has said (a number
 * more, a price, a code, an overdraft to collect), the quote is refused. Without a moment nothing was promised.
 * @throws BillingError `invalid_input` (prorationDate, promotionCode), `payment_provider_unavailable`
 */
export async function holdToQuote(
  ctx: Context,
  accountId: bigint,
  quoted: Quoted,
  terms: SubscriptionTerms,
): Promise<void> {
  requireScope(ctx.actor, 'billing:write')
  if (terms.prorationDate === null) return
  const rows = await callDatabase(
    ctx.db,
    (sql) => sql<{ amount_cents: bigint }[]>`
      select amount_cents from subscription_quote
       where account_id = ${accountId} and proration_date = ${terms.prorationDate} and terms = ${nameOf(quoted, terms)}`,
  )
  if (rows.length === 0) return
  const answer = await ctx.payments.subscriptions.preview(terms)
  if (answer.kind === 'refused') throw refusedTerms(answer.about)
  const cents = exactCents(answer.preview.amountDue)
  if (rows.some((row) => row.amount_cents !== BigInt(cents))) throw refuseField('prorationDate', STALE)
}

/** What the provider has against terms, as the caller's field. */
export function refusedTerms(about: 'promotion_code' | 'proration_date') {
  return about === 'promotion_code'
    ? refuseField('promotionCode', 'This promotion code cannot be used here')
    : refuseField('prorationDate', STALE)
}

function nameOf(quoted: Quoted, terms: SubscriptionTerms): string {
  return [quoted, terms.interval, terms.promotionCodeId ?? ''].join('|')
}
