import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { newId } from '@/lib/kit/ids'
import { floorCents, usd, usdFromCents, type Money } from '@/lib/kit/money'
import { requireSystem } from '../actor'
import type { Context } from '../context'

/** Accounts whose subscription does not collect what they owe, or not as much by far. */
export async function listOverdraftDue(ctx: Context, countMax: number): Promise<readonly bigint[]> {
  requireSystem(ctx.actor)
  const rows = await callDatabase(
    ctx.db,
    (sql) => sql<{ account_id: bigint }[]>`
      select account_id from overdraft_due(${ctx.now()}, ${countMax}) as account_id`,
  )
  return rows.map((row) => row.account_id)
}

const row = z.object({
  customer_id: z.string(),
  subscription_id: z.string(),
  /** Of what is to be collected by the next invoice: all that is owed, where there will be one. */
  wanted_micros: z.bigint(),
  open_id: z.string().nullable(),
  open_micros: z.bigint().nullable(),
  open_item: z.string().nullable(),
  ended: z.boolean(),
})

/**
 * Keeps what the next invoice of the account's subscription collects in step with what the wallet owes: an item for it
 * while the subscription goes on, none where it ends or nothing is owed. It is booked when that invoice is paid. Whole
 * cents are collected: what a fraction is more becomes credit.
 * @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function collectOverdraft(ctx: Context, accountId: bigint): Promise<void> {
  requireSystem(ctx.actor)
  const [found] = await callDatabase(
    ctx.db,
    (sql) => sql`select * from read_overdraft(${accountId}, ${ctx.now()})`,
  )
  if (found === undefined) return
  const known = row.parse(found)
  const wanted = wholeCents(usd(known.wanted_micros))
  if (known.open_id !== null && known.open_micros !== wanted.micros) {
    if (!(await takeBack(ctx, { id: known.open_id, itemId: known.open_item, ended: known.ended }))) return
  }
  if (wanted.micros === 0n) return
  const isOpen = known.open_id !== null && known.open_micros === wanted.micros
  const collectionId = isOpen ? known.open_id : await begin(ctx, accountId, known.subscription_id, wanted)
  if (collectionId === null || (isOpen && known.open_item !== null)) return
  const itemId = await ctx.payments.subscriptions.addItem({
    customerId: known.customer_id,
    subscriptionId: known.subscription_id,
    amount: wanted,
    description: 'Usage beyond the wallet',
    idempotencyKey: `${collectionId}:item`,
  })
  await callDatabase(
    ctx.db,
    (sql) => sql`
      update overdraft_collection set state = 'pending', stripe_item_id = ${itemId}
       where id = ${collectionId} and state = 'begun'`,
  )
}

/** The balance rounds down for everyone to see: what is owed rounds up. */
function wholeCents(owed: Money): Money {
  return usdFromCents(-floorCents(usd(-owed.micros)))
}

/**
 * Whether it is not collected any more. An invoice that has the item keeps it: nothing more is collected until that is
 * paid, or the subscription ends. If it is paid after all, it is booked all the same.
 */
async function takeBack(
  ctx: Context,
  { id, itemId, ended }: Readonly<{ id: string; itemId: string | null; ended: boolean }>,
): Promise<boolean> {
  const kept = itemId !== null && (await ctx.payments.subscriptions.removeItem(itemId)) === 'kept'
  const state = kept && !ended ? 'billed' : 'removed'
  await callDatabase(
    ctx.db,
    (sql) => sql`update overdraft_collection set state = ${state} where id = ${id} and state <> 'paid'`,
  )
  return state === 'removed'
}

/** Commits the row that the item's key derives from; null where another has begun meanwhile. */
async function begin(
  ctx: Context,
  accountId: bigint,
  subscriptionId: string,
  amount: Money,
): Promise<string | null> {
  const rows = await callDatabase(
    ctx.db,
    (sql) => sql<{ id: string }[]>`
      insert into overdraft_collection (id, account_id, stripe_subscription_id, amount_micros, created_at)
      values (${newId('due')}, ${accountId}, ${subscriptionId}, ${amount.micros}, ${ctx.now()})
      on conflict do nothing returning id`,
  )
  return rows[0]?.id ?? null
}
