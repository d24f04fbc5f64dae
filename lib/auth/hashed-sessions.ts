import type { Adapter } from 'next-auth/adapters'
import { z } from 'zod'
import type { AuditAction } from '@/lib/core/audit/actions'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import { systemClock, type Clock } from '@/lib/kit/clock'
import { hashSessionToken } from './credential'

const rows = z
  .array(
    z.object({
      id: z.uuid(),
      email: z.string(),
      name: z.string().nullable(),
      expires: z.date(),
    }),
  )
  .max(1)

const SIGNED_IN: AuditAction = 'person.signed-in'
const SIGNED_OUT: AuditAction = 'person.signed-out'

/**
 * next-auth's store of sessions in our tables. A token is stored as its hash, so that a copy of the table signs nobody
 * in; a session's lifetime is absolute, so none is ever extended. Who signs in and out is in the audit log.
 * @throws BillingError `database_unavailable`
 */
export function hashedSessionAdapter(db: Database, clock: Clock = systemClock): Adapter {
  return {
    ...WITHOUT_PASSWORD,
    createSession: async (row) => {
      const now = await clock.read()
      await callDatabase(
        db,
        (sql) => sql`
          with made as (
            insert into session (session_token, user_id, expires)
            values (${stored(row.sessionToken)}, ${row.userId}, ${row.expires})
            on conflict (session_token) do nothing returning user_id)
          select audit('user:' || user_id, null, null, ${SIGNED_IN}, null, null, null, ${now}) from made`,
      )
      return row
    },
    getSessionAndUser: (sessionToken) => findSession(db, sessionToken),
    updateSession: async () => null,
    deleteSession: async (sessionToken) => {
      const now = await clock.read()
      await callDatabase(
        db,
        (sql) => sql`
          with ended as (delete from session where session_token = ${stored(sessionToken)} returning user_id)
          select audit('user:' || user_id, null, null, ${SIGNED_OUT}, null, null, null, ${now}) from ended`,
      )
    },
  }
}

async function findSession(db: Database, sessionToken: string) {
  const [found] = rows.parse(
    await callDatabase(
      db,
      (sql) => sql`
        select person.id, person.email, person.name, session.expires
          from session join "user" as person on person.id = session.user_id
         where session.session_token = ${stored(sessionToken)}`,
    ),
  )
  if (found === undefined) return null
  const { id, email, name, expires } = found
  return { user: { id, email, name, emailVerified: null }, session: { sessionToken, userId: id, expires } }
}

function stored(sessionToken: string): string {
  return hashSessionToken(sessionToken).toString('hex')
}

const refuse = async (): Promise<never> => {
  throw new Error('People sign in with a password: next-auth keeps neither users nor linked accounts.')
}

/** next-auth starts with no adapter that lacks these, and calls them for sign-in by link or by another site only. */
const WITHOUT_PASSWORD: Adapter = {
  createUser: refuse,
  getUser: refuse,
  getUserByEmail: refuse,
  getUserByAccount: refuse,
  updateUser: refuse,
  linkAccount: refuse,
}
