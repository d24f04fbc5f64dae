import { z } from 'zod'
import { requireScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'

/** Something that was done to the organisation or to who is in it. */
export type MembershipEvent = Readonly<{
  id: bigint
  kind: (typeof KINDS)[number]
  /** The e-mail address of who did it; null where it was no person, nor a token of one. */
  actor: string | null
  /** The e-mail address of who it was done to; null where it was done to the organisation. */
  subject: string | null
  /** The role it was about, or the organisation's new name. */
  detail: string | null
  at: Date
}>

const KINDS = [
  'created',
  'changed',
  'invited',
  'invitation_revoked',
  'joined',
  'role_changed',
  'removed',
  'left',
] as const
const EVENTS_MAX = 50

const rows = z.array(
  z.object({
    id: z.bigint(),
    kind: z.enum(KINDS),
    actor: z.string().nullable(),
    subject: z.string().nullable(),
    detail: z.string().nullable(),
    at: z.date(),
  }),
)

/** The latest fifty, newest first. @throws BillingError `forbidden`, `database_unavailable` */
export async function listMembershipEvents(ctx: Context): Promise<readonly MembershipEvent[]> {
  const accountId = requireScope(ctx.actor, 'members:read')
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      select event.id, event.kind, person.email as actor, event.subject, event.detail, event.at
        from membership_event as event
          left join "user" as person on person.id = substring(event.actor from 'user:(.*)$')::uuid
        where event.account_id = ${accountId}
        order by event.at desc, event.id desc
        limit ${EVENTS_MAX}`,
  )
  return rows.parse([...found])
}
