import { describe, expect, test } from 'vitest'
import { ROLE_SCOPES } from '@/lib/core/actor'
import { codeOf, unknownKey, useIdentification } from '@/lib/testing/use-identification'

const { suite, caller, ask, addKey, addSession } = useIdentification()

describe('an API key', () => {
  test('acts for its account with its own scopes', async () => {
    const { actor, accountName, person } = await ask(await addKey())
    expect(actor).toMatchObject({ kind: 'api-key', accountId: caller.accountId, scopes: ['billing:read'] })
    expect({ accountName, person }).toEqual({ accountName: 'Ada Ltd', person: null })
  })

  test('is refused once revoked, at the next request', async () => {
    const key = await addKey()
    await ask(key)
    await suite.db.sql`update api_key set revoked_at = clock_timestamp() where key_hash = ${key.hash}`
    expect(await codeOf(ask(key))).toBe('unauthenticated')
  })

  test('is refused once revoked, while others who came before are still being answered', async () => {
    const key = await addKey()
    for (let turn = 0; turn < 5; turn++) {
      const before = Array.from({ length: 20 }, () => codeOf(ask(key)))
      await before[0]
      await suite.db.sql`update api_key set revoked_at = clock_timestamp() where key_hash = ${key.hash}`
      expect(await codeOf(ask(key))).toBe('unauthenticated')
      expect((await Promise.all(before))[0]).toBe('ok')
      await suite.db.sql`update api_key set revoked_at = null where key_hash = ${key.hash}`
      caller.client = `${caller.client}-${String(turn)}`
    }
  })

  test('is refused once expired, and not before', async () => {
    expect(await codeOf(ask(await addKey({ expires: '-1 second' })))).toBe('unauthenticated')
    expect(await codeOf(ask(await addKey({ expires: '1 hour' })))).toBe('ok')
  })

  test('of nobody is refused', async () => {
    expect(await codeOf(ask(unknownKey()))).toBe('unauthenticated')
  })

  test('is no session, and a session no key', async () => {
    const key = await addKey()
    const session = await addSession()
    expect(await codeOf(ask({ ...key, kind: 'session' }))).toBe('unauthenticated')
    expect(await codeOf(ask({ ...session, kind: 'api-key' }))).toBe('unauthenticated')
  })

  test('notes its last use at most once a minute', async () => {
    const key = await addKey()
    const lastUse = async () => {
      const rows = await suite.db.sql<{ at: string | null; version: string }[]>`
        select last_used_at::text as at, xmin::text as version from api_key where key_hash = ${key.hash}`
      return rows[0]
    }
    expect((await lastUse())?.at).toBeNull()
    await Promise.all(Array.from({ length: 10 }, () => ask(key)))
    const first = await lastUse()
    expect(first?.at).not.toBeNull()
    await ask(key)
    expect(await lastUse()).toEqual(first)
    await suite.db.sql`update api_key set last_used_at = clock_timestamp() - interval '61 seconds'`
    await ask(key)
    const later = await lastUse()
    expect(Date.parse(later?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(first?.at ?? ''))
  })
})

describe('a session', () => {
  test('acts as its person, with the role in the account', async () => {
    const { actor, person } = await ask(await addSession())
    expect(actor).toMatchObject({
      kind: 'user',
      userId: caller.userId,
      accountId: caller.accountId,
      role: 'billing',
    })
    expect(actor.scopes).toEqual(ROLE_SCOPES.billing)
    expect(person).toEqual({
      id: caller.userId,
      email: caller.email,
      name: 'Ada',
      isStaff: false,
    })
  })

  test('acts for the oldest of several memberships', async () => {
    const { sql } = suite.db
    const [older] = await sql<{ id: bigint }[]>`insert into account (name) values ('Older') returning id`
    await sql`
      insert into member (account_id, user_id, role, created_at)
      values (${older?.id ?? 0n}, ${caller.userId}, 'viewer', now() - interval '1 day')`
    const { actor, accountName } = await ask(await addSession())
    expect({ accountName, scopes: actor.scopes }).toEqual({
      accountName: 'Older',
      scopes: ROLE_SCOPES.viewer,
    })
  })

  test.each([
    ['expired', '-1 second', '0 seconds'],
    ['unused for a week', '20 days', '-7 days -1 second'],
  ])('that is %s is refused', async (_why, expires, lastUsed) => {
    expect(await codeOf(ask(await addSession(expires, lastUsed)))).toBe('unauthenticated')
  })

  test('stays alive while it is used', async () => {
    const session = await addSession('20 days', '-6 days')
    await ask(session)
    const [row] = await suite.db.sql<{ recent: boolean }[]>`
      select last_used_at > clock_timestamp() - interval '1 minute' as recent from session
      where session_token = ${session.hash.toString('hex')}`
    expect(row?.recent).toBe(true)
  })

  test('of someone who is no longer a member is refused', async () => {
    const session = await addSession()
    await suite.db.sql`delete from member where user_id = ${caller.userId}`
    expect(await codeOf(ask(session))).toBe('unauthenticated')
  })
})
