import { z } from 'zod'
import { actorName, requireScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'

const row = z.object({ status: z.enum(['changed', 'slug_taken']) })

/**
 * Names the organisation anew, for people and in addresses. Programs that have the earlier slug in their paths no longer
 * find it. @throws BillingError `impersonating`, `forbidden`, `invalid_input` (the slug is another's), `database_unavailable`
 */
export async function updateOrganisation(
  ctx: Context,
  input: Readonly<{ name: string; slug: string }>,
): Promise<void> {
  const accountId = requireScope(ctx.actor, 'members:write')
  const [answer] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select update_organisation(${accountId}, ${input.name}, ${input.slug}, ${actorName(ctx.actor)}, ${ctx.now()}) as status`,
  )
  if (row.parse(answer).status === 'slug_taken') {
    const fields = { formErrors: [], fieldErrors: { slug: ['Another organisation has this address'] } }
    throw new BillingError('invalid_input', 'Another organisation has this address.', { fields })
  }
}
