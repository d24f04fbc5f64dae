import { callDatabase } from '@/lib/db/call'
import { exactCents, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'
import type { SubscriptionTerms } from '../ports/subscription-provider'
import { STALE } from './decide-proration-date'
import { refuseField } from './refuse-field'

/** What a quote was for: another interval, or one number more. How many numbers there are may change meanwhile. */
export type Quoted = 'interval' | 'number'

/**
 * Keeps what a customer is told that these terms cost, so that they are held to it. False where the moment stands for
 * another amount already, told before something changed in the same second: then it is to be told of another moment.
 */
export async function keepQuote(
  ctx: Context,
  accountId: bigint,
  quoted: Quoted,
  terms: SubscriptionTerms,
  amountDue: Money,
): Promise<boolean> {
  requireScope(ctx.actor, 'billing:read')
  // An impersonator's handle cannot write, and what it was shown is not used by anyone.
  if (ctx.actor.kind === 'impersonator') return true
  const cents = exactCents(amountDue)
  const name = nameOf(quoted, terms)
  const kept = await callDatabase(
    ctx.db,
    (sql) => sql`
      insert into subscription_quote as quote (account_id, proration_date, terms, amount_cents)
      select ${accountId}, ${terms.prorationDate}, ${name}, ${cents}
       where not exists (
         select from subscription_quote
          where account_id = ${accountId} and proration_date = ${terms.prorationDate} and terms = ${name}
            and amount_cents <> ${cents})
      on conflict (account_id, proration_date, terms, amount_cents) do update set created_at = quote.created_at
      returning 1`,
  )
  return kept.length > 0
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
