import { createHash } from 'node:crypto'
import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { invariant } from '@/lib/kit/assert'
import { requireScope } from '../actor'
import type { Context } from '../context'

const owner = z.object({
  stripe_customer_id: z.string().nullable(),
  name: z.string(),
  email: z.string(),
  opened: z.string(),
})
const settled = z.tuple([z.object({ stripe_customer_id: z.string() })])

/**
 * Sees to it that the account has a customer at the payment provider, one however many ask at once: all of them send
 * the same key, derived from the account, and the first answer stays. `gone` is a customer the provider no longer
 * knows, which is replaced; null otherwise. Returns the customer's id.
 * @throws BillingError `impersonating`, `forbidden`, `payment_provider_unavailable`, `database_unavailable`
 */
export async function ensureCustomer(ctx: Context, gone: string | null): Promise<string> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const account = await readOwner(ctx, accountId)
  if (account.stripe_customer_id !== null && account.stripe_customer_id !== gone) {
    return account.stripe_customer_id
  }
  const { name, email } = account
  const created = await ctx.payments.createCustomer({
    accountId,
    email,
    name,
    idempotencyKey: customerKey([accountId, account.opened, gone, email, name]),
  })
  const [row] = settled.parse(
    await callDatabase(
      ctx.db,
      (sql) => sql`
        update account
           set stripe_customer_id =
             case when stripe_customer_id is not distinct from ${gone} then ${created} else stripe_customer_id end
         where id = ${accountId}
        returning stripe_customer_id`,
    ),
  )
  return row.stripe_customer_id
}

/** The account with the e-mail address of its oldest owner. */
async function readOwner(ctx: Context, accountId: bigint): Promise<z.infer<typeof owner>> {
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select a.stripe_customer_id, a.name, u.email, extract(epoch from a.created_at)::text as opened
        from account a
        join member m on m.account_id = a.id and m.role = 'owner'
        join "user" u on u.id = m.user_id
       where a.id = ${accountId}
       order by m.created_at, u.id
       limit 1`,
  )
  invariant(row !== undefined, `account ${accountId} has an owner`)
  return owner.parse(row)
}

/**
 * Account ids begin at 1 in every installation, and several may share one Stripe account in test mode: the moment it
 * was opened tells them apart. What is sent is part of the key, since a key may not come with other parameters.
 */
function customerKey(parts: readonly unknown[]): string {
  const digest = createHash('sha256').update(parts.map(String).join('\n')).digest('hex')
  return `customer:${digest.slice(0, 40)}`
}
