import { beforeEach } from 'vitest'
import type { Credential } from '@/lib/auth/credential'
import { hashSessionToken } from '@/lib/auth/credential'
import { identify, type ScopedAction } from '@/lib/auth/identify'
import { actionLimit, type Limit } from '@/lib/auth/limits'
import { generateSessionToken, hashAccessToken } from '@/lib/core/access-tokens/token-codec'
import { generateApiKey, hashApiKey } from '@/lib/core/api-keys/key-codec'
import { BillingError } from '@/lib/kit/errors'
import { useTestDatabase } from './use-test-database'

const PEPPER = 'a pepper of at least 32 characters'

export const AMPLE: Limit = { perMinute: 1e6, burst: 1e6 }
export const CHECKOUT: ScopedAction = { name: 'checkout', scope: 'billing:write' }
export const READ: ScopedAction = { name: 'read-provider', scope: 'billing:read' }
export const CREATE_KEY: ScopedAction = { name: 'create-key', scope: 'keys:write' }
/** Refills too slowly for a test to notice. */
export const slow = (burst: number): Limit => ({ perMinute: 0.001, burst })

/** A credential that was never given to anybody. */
export const unknownKey = (): Credential => ({ kind: 'api-key', hash: hashApiKey(generateApiKey(), PEPPER) })

/** What became of a question: `ok`, or the code it was refused with. */
export async function codeOf(asked: Promise<unknown>): Promise<string> {
  const error: unknown = await asked.then(() => null).catch((reason: unknown) => reason)
  return error instanceof BillingError ? error.code : 'ok'
}

/** How many questions had each outcome. */
export async function outcomes(asked: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const code of await Promise.all(asked.map(codeOf))) counts[code] = (counts[code] ?? 0) + 1
  return counts
}

/** Gives each test of the surrounding suite a person of an account of their own, at an address of their own. */
export function useIdentification() {
  const suite = useTestDatabase()
  const caller = { serial: 0, email: '', accountId: 0n, userId: '', client: '' }

  beforeEach(async () => {
    caller.serial += 1
    caller.client = `client-${caller.serial}`
    caller.email = `person-${caller.serial}@example.com`
    const { sql } = suite.db
    const [person] = await sql<{ id: string }[]>`
      insert into "user" (email, name) values (${caller.email}, 'Ada') returning id`
    const [account] = await sql<{ id: bigint }[]>`
      insert into account (name) values ('Ada Ltd') returning id`
    caller.userId = person?.id ?? ''
    caller.accountId = account?.id ?? 0n
    await sql`
      insert into member (account_id, user_id, role) values (${caller.accountId}, ${caller.userId}, 'billing')`
  })

  const ask = (
    credential: Credential,
    requests: Limit | null = AMPLE,
    action: ScopedAction | null = null,
    whenSpent: 'refuse' | 'tell' = 'refuse',
  ) =>
    identify(suite.db, {
      credential,
      organisation: null,
      view: credential.kind === 'session' ? 'GET /billing' : null,
      client: caller.client,
      requests,
      action: action && { ...action, limit: actionLimit(action.name, 60), whenSpent },
      strangers: 'rate_limited',
    })

  async function addKey({
    scopes = ['billing:read'],
    ...dates
  }: { expires?: string; revoked?: string; scopes?: string[] } = {}): Promise<Credential> {
    const { hash } = unknownKey()
    await suite.db.sql`
      insert into api_key (id, account_id, name, key_hash, preview, scopes, created_by, expires_at, revoked_at)
      values (${`key_${hash.toString('hex')}`}, ${caller.accountId}, 'test', ${hash}, '…', ${scopes}, ${caller.userId},
        clock_timestamp() + ${dates.expires ?? null}::interval, clock_timestamp() + ${dates.revoked ?? null}::interval)`
    return { kind: 'api-key', hash }
  }

  /** With the credential, and for the organisation of this slug. */
  const askFor = (organisation: string, credential: Credential) =>
    identify(suite.db, {
      credential,
      organisation,
      view: credential.kind === 'session' ? 'GET /billing' : null,
      client: caller.client,
      requests: AMPLE,
      action: null,
      strangers: 'rate_limited',
    })

  /** Another organisation, of which the caller is a member or not. */
  async function addOrganisation(slug: string, role: 'owner' | 'billing' | 'viewer' | null): Promise<bigint> {
    const [row] = await suite.db.sql<{ id: bigint }[]>`
      insert into account (name, slug) values (${slug}, ${slug}) returning id`
    const id = row?.id ?? 0n
    if (role !== null) {
      await suite.db
        .sql`insert into member (account_id, user_id, role) values (${id}, ${caller.userId}, ${role})`
    }
    return id
  }

  async function addToken({
    kind = 'personal',
    abilities = ['*'],
    accountId = caller.accountId,
    ...dates
  }: {
    kind?: 'session' | 'personal'
    abilities?: string[]
    accountId?: bigint
    expires?: string
  } = {}): Promise<Credential> {
    const hash = hashAccessToken(generateSessionToken(), PEPPER)
    await suite.db.sql`
      insert into access_token (user_id, account_id, kind, name, token_hash, abilities, expires_at)
      values (${caller.userId}, ${accountId}, ${kind}, 'test', ${hash}, ${abilities},
        clock_timestamp() + ${dates.expires ?? null}::interval)`
    return { kind: 'token', hash }
  }

  async function addSession(expires = '1 hour', lastUsed = '0 seconds'): Promise<Credential> {
    const hash = hashSessionToken(`token-${caller.serial}-${Math.random()}`)
    await suite.db.sql`
      insert into session (session_token, user_id, expires, last_used_at)
      values (${hash.toString('hex')}, ${caller.userId}, clock_timestamp() + ${expires}::interval,
        clock_timestamp() + ${lastUsed}::interval)`
    return { kind: 'session', hash }
  }

  return { suite, caller, ask, askFor, addKey, addToken, addSession, addOrganisation }
}
