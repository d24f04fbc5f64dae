import { z } from 'zod'
import { requireSystem } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'

const rows = z.array(z.object({ id: z.bigint() })).max(1)

/** The account of the organisation with this slug. For the operator. @throws BillingError `not_found` */
export async function findAccount(ctx: Context, slug: string): Promise<bigint> {
  requireSystem(ctx.actor)
  const [found] = rows.parse([
    ...(await callDatabase(ctx.db, (sql) => sql`select id from account where slug = ${slug}`)),
  ])
  if (found === undefined) throw new BillingError('not_found', `There is no organisation ${slug}.`)
  return found.id
}
