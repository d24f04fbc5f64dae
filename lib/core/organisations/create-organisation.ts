import { z } from 'zod'
import { actorName, requirePerson, requireScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'

/** More than anybody runs, and few enough that nobody fills the books with empty ones. */
const OWNED_MAX = 20

const row = z.object({ slug: z.string().nullable() })

/**
 * A further organisation, whose owner is the person who asks, with a wallet of its own: empty, since the welcome credit
 * and the number that sign-up gives are given to a person once. Its slug is made from its name.
 * @throws BillingError `impersonating`, `forbidden`, `conflict` (they own twenty), `database_unavailable`
 */
export async function createOrganisation(ctx: Context, name: string): Promise<Readonly<{ slug: string }>> {
  requireScope(ctx.actor, 'self:write')
  const userId = requirePerson(ctx.actor)
  const [made] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select create_organisation(${userId}, ${name}, ${actorName(ctx.actor)}, ${OWNED_MAX}, ${ctx.now()}) as slug`,
  )
  const { slug } = row.parse(made)
  if (slug === null) {
    throw new BillingError(
      'conflict',
      `You own ${String(OWNED_MAX)} organisations, which is the most there can be.`,
    )
  }
  ctx.log.info({ slug, userId }, 'organisation created')
  return { slug }
}
