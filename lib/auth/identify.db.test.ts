import { beforeEach, describe, expect, test } from 'vitest'
import { generateApiKey, hashApiKey } from '@/lib/core/api-keys/key-codec'
import { BillingError } from '@/lib/kit/errors'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { hashSessionToken, type Credential } from './credential'
import { identify, type ScopedAction } from './identify'
import { FAILED_AUTHENTICATIONS, SENSITIVE_ACTIONS, actionLimit, type Limit } from './limits'

const suite = useTestDatabase()
const PEPPER = 'a pepper of at least 32 characters'
const AMPLE: Limit = { perMinute: 1e6, burst: 1e6 }
const CHECKOUT: ScopedAction = { name: 'checkout', scope: 'billing:write' }
const READ: ScopedAction = { name: 'read-provider', scope: 'billing:read' }
const CREATE_KEY: ScopedAction = { name: 'create-key', scope: 'keys:write' }
/** Refills too slowly for a test to notice. */
const slow = (burst: number): Limit => ({ perMinute: 0.001, burst })

let serial = 0
let accountId: bigint
let userId: string
let client: string

beforeEach(async () => {
  serial += 1
  client = `client-${serial}`
  const { sql } = suite.db
  const [person] = await sql<{ id: string }[]>`
    insert into "user" (email, name) values (${`person-${serial}@example.com`}, 'Ada') returning id`
  const [account] = await sql<{ id: bigint }[]>`insert into account (name) values ('Ada Ltd') returning id`
  userId = person?.id ?? ''
  accountId = account?.id ?? 0n
  await sql`insert into member (account_id, user_id, role) values (${accountId}, ${userId}, 'billing')`
})

function ask(
  credential: Credential,
  requests: Limit = AMPLE,
  action: ScopedAction | null = null,
  whenSpent: 'refuse' | 'tell' = 'refuse',
) {
  return identify(suite.db, {
    credential,
    client,
    requests,
    action: action && { ...action, limit: actionLimit(action.name, 60), whenSpent },
    strangers: 'rate_limited',
  })
}

async function codeOf(asked: Promise<unknown>): Promise<string> {
  const error: unknown = await asked.then(() => null).catch((reason: unknown) => reason)
  return error instanceof BillingError ? error.code : 'ok'
}

async function outcomes(asked: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const code of await Promise.all(asked.map(codeOf))) counts[code] = (counts[code] ?? 0) + 1
  return counts
}

async function addKey({
  scopes = ['billing:read'],
  ...dates
}: { expires?: string; revoked?: string; scopes?: string[] } = {}): Promise<Credential> {
  const hash = hashApiKey(generateApiKey(), PEPPER)
  await suite.db.sql`
    insert into api_key (id, account_id, name, key_hash, preview, scopes, created_by, expires_at, revoked_at)
    values (${`key_${hash.toString('hex')}`}, ${accountId}, 'test', ${hash}, '…', ${scopes}, ${userId},
      clock_timestamp() + ${dates.expires ?? null}::interval, clock_timestamp() + ${dates.revoked ?? null}::interval)`
  return { kind: 'api-key', hash }
}

async function addSession(expires = '1 hour', lastUsed = '0 seconds'): Promise<Credential> {
  const hash = hashSessionToken(`token-${serial}-${Math.random()}`)
  await suite.db.sql`
    insert into session (session_token, user_id, expires, last_used_at)
    values (${hash.toString('hex')}, ${userId}, clock_timestamp() + ${expires}::interval,
      clock_timestamp() + ${lastUsed}::interval)`
  return { kind: 'session', hash }
}

describe('an API key', () => {
  test('acts for its account with its own scopes', async () => {
    const { actor, accountName, person } = await ask(await addKey())
    expect(actor).toMatchObject({ kind: 'api-key', accountId, scopes: ['billing:read'] })
    expect({ accountName, person }).toEqual({ accountName: 'Ada Ltd', person: null })
  })

  test('is refused once revoked, at the next request', async () => {
    const key = await addKey()
    await ask(key)
    await suite.db.sql`update api_key set revoked_at = clock_timestamp() where key_hash = ${key.hash}`
    expect(await codeOf(ask(key))).toBe('unauthenticated')
  })

  test('is refused once expired, and not before', async () => {
    expect(await codeOf(ask(await addKey({ expires: '-1 second' })))).toBe('unauthenticated')
    expect(await codeOf(ask(await addKey({ expires: '1 hour' })))).toBe('ok')
  })

  test('of nobody is refused', async () => {
    expect(await codeOf(ask({ kind: 'api-key', hash: hashApiKey(generateApiKey(), PEPPER) }))).toBe(
      'unauthenticated',
    )
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
    expect(actor).toMatchObject({ kind: 'user', userId, accountId, role: 'billing' })
    expect(actor.scopes).toEqual(['billing:read', 'billing:write', 'keys:read'])
    expect(person).toEqual({
      id: userId,
      email: `person-${serial}@example.com`,
      name: 'Ada',
      isStaff: false,
    })
  })

  test('acts for the oldest of several memberships', async () => {
    const { sql } = suite.db
    const [older] = await sql<{ id: bigint }[]>`insert into account (name) values ('Older') returning id`
    await sql`
      insert into member (account_id, user_id, role, created_at)
      values (${older?.id ?? 0n}, ${userId}, 'viewer', now() - interval '1 day')`
    const { actor, accountName } = await ask(await addSession())
    expect({ accountName, scopes: actor.scopes }).toEqual({ accountName: 'Older', scopes: ['billing:read'] })
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
    await suite.db.sql`delete from member where user_id = ${userId}`
    expect(await codeOf(ask(session))).toBe('unauthenticated')
  })
})

describe('the limits', () => {
  test('let exactly as many of 40 racing requests through as the bucket holds', async () => {
    const key = await addKey()
    const asked = Array.from({ length: 40 }, () => ask(key, slow(10)))
    expect(await outcomes(asked)).toEqual({ ok: 10, rate_limited: 30 })
  })

  test('are shared by all keys of an account, and by nobody else', async () => {
    const [one, two, session] = [await addKey(), await addKey(), await addSession()]
    await Promise.all([ask(one, slow(2)), ask(two, slow(2))])
    expect(await codeOf(ask(one, slow(2)))).toBe('rate_limited')
    expect(await codeOf(ask(session, slow(2)))).toBe('ok')
  })

  test('say after how many seconds to come back', async () => {
    const key = await addKey()
    const everyTenSeconds: Limit = { perMinute: 6, burst: 1 }
    await ask(key, everyTenSeconds)
    await expect(ask(key, everyTenSeconds)).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterSeconds: 10,
    })
  })

  test('refill as time goes by', async () => {
    const key = await addKey()
    await ask(key, slow(1))
    expect(await codeOf(ask(key, slow(1)))).toBe('rate_limited')
    await suite.db.sql`
      update rate_limit set full_at = clock_timestamp() where bucket = ${`account:${accountId}`}`
    expect(await codeOf(ask(key, slow(1)))).toBe('ok')
  })

  test('of a sensitive action end before those of the caller', async () => {
    const key = await addKey({ scopes: ['billing:read', 'billing:write'] })
    const { burst } = SENSITIVE_ACTIONS.checkout
    const asked = Array.from({ length: burst + 5 }, () => ask(key, AMPLE, CHECKOUT))
    expect(await outcomes(asked)).toEqual({ ok: burst, rate_limited: 5 })
    expect(await codeOf(ask(key, AMPLE))).toBe('ok')
    expect(await codeOf(ask(await addSession(), AMPLE, CREATE_KEY))).toBe('ok')
  })

  test('of live reads at the provider are one account’s: it has half a minute’s at once', async () => {
    const [key, session] = [await addKey(), await addSession()]
    const asked = Array.from({ length: 40 }, (_, turn) => ask(turn % 2 ? key : session, AMPLE, READ))
    expect(await outcomes(asked)).toEqual({ ok: 30, rate_limited: 10 })
  })

  test('of a sensitive action are told to who can do without it, and those of the caller refused all the same', async () => {
    const session = await addSession()
    const tell = (requests = AMPLE) => ask(session, requests, READ, 'tell')
    const waits = await Promise.all(Array.from({ length: 40 }, async () => (await tell()).actionWaitSeconds))
    expect(waits.filter((wait) => wait === null)).toHaveLength(30)
    for (const wait of waits) if (wait !== null) expect(wait).toBeGreaterThanOrEqual(1)
    expect(await tell()).toMatchObject({ actor: { accountId }, person: { id: userId } })
    expect(await codeOf(ask(session, AMPLE, READ))).toBe('rate_limited')
    expect((await ask(session)).actionWaitSeconds).toBeNull()
    expect(await codeOf(tell(slow(1)))).toBe('rate_limited')
  })

  test('of a sensitive action are not spent by who may not take it', async () => {
    const [key, session] = [await addKey(), await addSession()]
    await suite.db.sql`update member set role = 'viewer' where user_id = ${userId}`
    for (const credential of [key, session]) {
      const asked = Array.from({ length: 40 }, () => ask(credential, AMPLE, CHECKOUT))
      expect(await outcomes(asked)).toEqual({ ok: 40 })
    }
    await suite.db.sql`update member set role = 'billing' where user_id = ${userId}`
    expect(await codeOf(ask(session, AMPLE, CHECKOUT))).toBe('ok')
  })

  test('turn a page’s visitor with an old cookie away as nobody, and a customer who asks too often not', async () => {
    const visit = (credential: Credential, requests: Limit) =>
      codeOf(identify(suite.db, { credential, client, requests, action: null, strangers: 'unauthenticated' }))
    const old = await addSession('-1 second')
    const visits = Array.from({ length: FAILED_AUTHENTICATIONS.burst + 10 }, () => visit(old, AMPLE))
    expect(new Set(await Promise.all(visits))).toEqual(new Set(['unauthenticated']))
    const session = await addSession()
    await visit(session, slow(1))
    expect(await visit(session, slow(1))).toBe('rate_limited')
  })

  test('turn failures of one client into 429, while its good credential still works', async () => {
    const bad: Credential = { kind: 'session', hash: hashSessionToken('nobody') }
    const asked = Array.from({ length: FAILED_AUTHENTICATIONS.burst + 10 }, () => ask(bad))
    expect(await outcomes(asked)).toEqual({ unauthenticated: FAILED_AUTHENTICATIONS.burst, rate_limited: 10 })
    expect(await codeOf(ask(await addKey()))).toBe('ok')
    client = `${client}-other`
    expect(await codeOf(ask(bad))).toBe('unauthenticated')
  })
})
