import { eq } from 'drizzle-orm'
import { requireSystem } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { user } from '@/lib/db/schema'
import { matchesPassword, NOBODY } from './password'

export type Person = Readonly<{ id: string; email: string; name: string | null }>

/**
 * The person with this e-mail (normalised) and password, or null. An unknown e-mail costs as much time as a wrong
 * password, so that neither the answer nor its delay tells which addresses have an account. Callers limit the tries.
 */
export async function checkPassword(
  ctx: Context,
  input: Readonly<{ email: string; password: string }>,
): Promise<Person | null> {
  requireSystem(ctx.actor)
  const [found] = await ctx.db.orm
    .select({ id: user.id, email: user.email, name: user.name, passwordHash: user.passwordHash })
    .from(user)
    .where(eq(user.email, input.email))
    .limit(1)
  const matches = await matchesPassword(input.password, found?.passwordHash ?? NOBODY)
  return found !== undefined && matches ? { id: found.id, email: found.email, name: found.name } : null
}
