import { DrizzleAdapter } from '@auth/drizzle-adapter'
import type { Adapter } from 'next-auth/adapters'
import type { Database } from '@/lib/db/client'
import { oauthAccount, session, user, verificationToken } from '@/lib/db/schema'
import { hashSessionToken } from './credential'

/**
 * next-auth's store in our tables, with one difference: a session's token is stored as its hash, so that a copy of
 * the table signs nobody in.
 */
export function hashedSessionAdapter(orm: Database['orm']): Adapter {
  const adapter = DrizzleAdapter(orm, {
    usersTable: user,
    accountsTable: oauthAccount,
    sessionsTable: session,
    verificationTokensTable: verificationToken,
  })
  const stored = (token: string) => hashSessionToken(token).toString('hex')
  return {
    ...adapter,
    createSession: async (row) => {
      await orm.insert(session).values({ ...row, sessionToken: stored(row.sessionToken) })
      return row
    },
    getSessionAndUser: async (sessionToken) => {
      const found = await adapter.getSessionAndUser?.(stored(sessionToken))
      return found ? { user: found.user, session: { ...found.session, sessionToken } } : null
    },
    updateSession: async (row) => {
      await adapter.updateSession?.({ ...row, sessionToken: stored(row.sessionToken) })
      return null
    },
    deleteSession: async (sessionToken) => {
      await adapter.deleteSession?.(stored(sessionToken))
    },
  }
}
