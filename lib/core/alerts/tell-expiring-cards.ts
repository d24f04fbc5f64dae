import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import { decideExpiringCards, type ExpiringCard } from './decide-expiring-cards'

/** Whoever has a card that expires within 30 days is told with more than three weeks left. */
const EVERY_DAYS = 7
/** Where the provider did not answer. */
const RETRY_HOURS = 1

export type CardCheck = Readonly<{ accountId: bigint; customerId: string }>

const rows = z.array(
  z
    .object({ account_id: z.bigint(), stripe_customer_id: z.string() })
    .transform((row) => ({ accountId: row.account_id, customerId: row.stripe_customer_id })),
)

/** The accounts whose saved cards are to be looked at, those first that have waited longest. For our own job. */
export async function listDueCardChecks(ctx: Context, accountsMax: number): Promise<readonly CardCheck[]> {
  requireSystem(ctx.actor)
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      select c.account_id, a.stripe_customer_id from card_check c join account a on a.id = c.account_id
       where c.due_at <= ${ctx.now()} and a.stripe_customer_id is not null order by c.due_at, c.account_id limit ${accountsMax}`,
  )
  return rows.parse([...found])
}

/**
 * Looks at an account's cards, live, and tells of those that expire soon: once for a card and the date on it. Looks again in
 * a week. Answers how many cards it told of. For our own job. @throws BillingError `payment_provider_unavailable`
 */
export async function tellExpiringCards(ctx: Context, { accountId, customerId }: CardCheck): Promise<number> {
  requireSystem(ctx.actor)
  const cards = decideExpiringCards(await ctx.payments.paymentMethods(customerId), ctx.now())
  for (const card of cards) await tell(ctx, accountId, card)
  await lookAgain(ctx, accountId, EVERY_DAYS * 24)
  return cards.length
}

/** The look at an account's cards that failed is tried again in an hour. For our own job. */
export async function postponeCardCheck(ctx: Context, { accountId }: CardCheck): Promise<void> {
  requireSystem(ctx.actor)
  await lookAgain(ctx, accountId, RETRY_HOURS)
}

async function tell(ctx: Context, accountId: bigint, card: ExpiringCard): Promise<void> {
  const { id, ...data } = card
  const key = `expiring-card:${id}:${String(card.expYear)}-${String(card.expMonth)}`
  await callDatabase(
    ctx.db,
    (sql) => sql`
      select queue_alert(${accountId}, 'expiring-card', ${key}, 'expiring-card', ${sql.json(data)}, ${ctx.now()})`,
  )
}

async function lookAgain(ctx: Context, accountId: bigint, inHours: number): Promise<void> {
  await callDatabase(
    ctx.db,
    (sql) => sql`
      update card_check set due_at = ${ctx.now()}::timestamptz + make_interval(hours => ${inHours})
       where account_id = ${accountId}`,
  )
}
