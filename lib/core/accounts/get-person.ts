import { z } from 'zod'
import { requireScope, type Actor } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'

/** Moments are real time, as text with six digits of a second: `2026-01-12T15:30:00.000000Z`. */
export type PersonDetails = Readonly<{
  id: string
  /** The person to programs that know people by an integer. */
  number: bigint
  /** Their e-mail address where they have given no name. */
  name: string
  email: string
  emailVerifiedAt: string | null
  createdAt: string
  updatedAt: string
  /** The account that is acted for. */
  accountId: bigint
}>

const rows = z
  .array(
    z
      .object({
        id: z.uuid(),
        number: z.bigint(),
        name: z.string(),
        email: z.string(),
        email_verified_at: z.string().nullable(),
        created_at: z.string(),
        updated_at: z.string(),
      })
      .transform(({ email_verified_at, created_at, updated_at, ...person }) => ({
        ...person,
        emailVerifiedAt: email_verified_at,
        createdAt: created_at,
        updatedAt: updated_at,
      })),
  )
  .max(1)

/**
 * The person who asks. An API key asks for whoever made it; where they have left the account, for the owner who has been
 * there longest. @throws BillingError `forbidden`, `not_found` (nobody is left), `database_unavailable`
 */
export async function getPerson(ctx: Context): Promise<PersonDetails> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const { userId, keyId } = askerOf(ctx.actor)
  const moment = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
  const [person] = rows.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select person.id, person.number, coalesce(person.name, person.email) as name, person.email,
            to_char(person.email_verified at time zone 'UTC', ${moment}) as email_verified_at,
            to_char(person.created_at at time zone 'UTC', ${moment}) as created_at,
            to_char(person.updated_at at time zone 'UTC', ${moment}) as updated_at
          from member join "user" as person on person.id = member.user_id
            left join api_key as key on key.id = ${keyId} and key.created_by = person.id
          where member.account_id = ${accountId}
            and (person.id = ${userId} or ${userId}::uuid is null and (key.id is not null or member.role = 'owner'))
          order by key.id is not null desc, member.created_at, person.id
          limit 1`,
    )),
  ])
  if (person === undefined) throw new BillingError('not_found', 'There is nobody in this account.')
  return { ...person, accountId }
}

/** The person themselves, or the key that stands for them. */
function askerOf(actor: Actor): Readonly<{ userId: string | null; keyId: string | null }> {
  if (actor.kind === 'user' || actor.kind === 'token') return { userId: actor.userId, keyId: null }
  return { userId: null, keyId: actor.kind === 'api-key' ? actor.keyId : null }
}
