import { z } from 'zod'
import { requireSystem } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { matchesPassword, NOBODY } from './password'

export type Person = Readonly<{ id: string; email: string; name: string | null }>

const rows = z
  .array(
    z.object({
      id: z.uuid(),
      email: z.string(),
      name: z.string().nullable(),
      password_hash: z.string().nullable(),
    }),
  )
  .max(1)

/**
 * The person with this e-mail (normalised) and password, or null. An unknown e-mail costs as much time as a wrong
 * password, so that neither the answer nor its delay tells which addresses have an account. What failed is in the audit
 * log. Callers limit the tries.
 * @throws BillingError `database_unavailable`
 */
export async function checkPassword(
  ctx: Context,
  input: Readonly<{ email: string; password: string }>,
): Promise<Person | null> {
  requireSystem(ctx.actor)
  const [found] = rows.parse(
    await callDatabase(
      ctx.db,
      (sql) => sql`select id, email, name, password_hash from "user" where email = ${input.email}`,
    ),
  )
  const matches = await matchesPassword(input.password, found?.password_hash ?? NOBODY)
  if (found !== undefined && matches) return { id: found.id, email: found.email, name: found.name }
  await callDatabase(ctx.db, (sql) => sql`select note_failed_sign_in(${input.email}, ${ctx.now()})`)
  return null
}
