import { describe, expect, test } from 'vitest'
import { ROLE_SCOPES, TOKEN_SCOPES } from '@/lib/core/actor'
import { AMPLE, CHECKOUT, codeOf, outcomes, slow, useIdentification } from '@/lib/testing/use-identification'
import { SENSITIVE_ACTIONS } from './limits'

const { suite, caller, ask, askFor, addKey, addToken, addSession, addOrganisation } = useIdentification()

let serial = 0
const newSlug = () => `organisation-${String((serial += 1))}`
const slugOf = async (accountId: bigint) =>
  (await suite.db.sql<{ slug: string }[]>`select slug from account where id = ${accountId}`)[0]?.slug ?? ''

describe('an access token', () => {
  test('acts as its person in its account, with the role of now', async () => {
    const token = await addToken({ kind: 'session' })
    const { actor, accountName, person } = await ask(token)
    expect(actor).toMatchObject({
      kind: 'token',
      tokenId: expect.any(BigInt),
      userId: caller.userId,
      accountId: caller.accountId,
      role: 'billing',
      scopes: ROLE_SCOPES.billing,
    })
    expect({ accountName, email: person?.email }).toEqual({ accountName: 'Ada Ltd', email: caller.email })
    await suite.db.sql`update member set role = 'viewer' where user_id = ${caller.userId}`
    expect((await ask(token)).actor.scopes).toEqual(ROLE_SCOPES.viewer)
  })

  test.each([
    [['*'], 'owner', [...TOKEN_SCOPES]],
    [['billing:read'], 'owner', ['billing:read']],
    [['billing:read', 'billing:write'], 'viewer', ['billing:read']],
    [['keys:write', 'self:write', 'members:write'], 'owner', []],
  ] as const)('made for a program with %j may, for a %s, do %j', async (abilities, role, scopes) => {
    await suite.db.sql`update member set role = ${role} where user_id = ${caller.userId}`
    const { actor } = await ask(await addToken({ abilities: [...abilities] }))
    expect([...actor.scopes].sort()).toEqual([...scopes].sort())
  })

  test('is refused once revoked, once expired, and once its person has left its account', async () => {
    const [revoked, left] = [await addToken(), await addToken()]
    await suite.db.sql`
      update access_token set revoked_at = clock_timestamp() where token_hash = ${revoked.hash}`
    expect(await codeOf(ask(revoked))).toBe('unauthenticated')
    expect(await codeOf(ask(await addToken({ expires: '-1 second' })))).toBe('unauthenticated')
    expect(await codeOf(ask(await addToken({ expires: '1 hour' })))).toBe('ok')
    await addOrganisation(newSlug(), 'owner')
    await suite.db.sql`
      delete from member where user_id = ${caller.userId} and account_id = ${caller.accountId}`
    expect(await codeOf(ask(left))).toBe('unauthenticated')
  })

  test('is neither key nor session', async () => {
    const { hash } = await addToken()
    expect(await codeOf(ask({ kind: 'api-key', hash }))).toBe('unauthenticated')
    expect(await codeOf(ask({ kind: 'session', hash }))).toBe('unauthenticated')
  })

  test('takes from a bucket that its person’s browser and the account’s keys do not share', async () => {
    const token = await addToken()
    await ask(token, slow(1))
    expect(await codeOf(ask(await addToken(), slow(1)))).toBe('rate_limited')
    expect(await codeOf(ask(await addSession(), slow(1)))).toBe('ok')
    expect(await codeOf(ask(await addKey(), slow(1)))).toBe('ok')
    expect(await codeOf(ask(token, null))).toBe('ok')
  })

  test('takes from the bucket of a sensitive action only what it may do', async () => {
    const able = await addToken({ abilities: ['billing:write'] })
    const unable = await addToken({ abilities: ['billing:read'] })
    const { burst } = SENSITIVE_ACTIONS.checkout
    const asked = (token: typeof able, times: number) =>
      outcomes(Array.from({ length: times }, () => ask(token, AMPLE, CHECKOUT)))
    expect(await asked(unable, burst + 5)).toEqual({ ok: burst + 5 })
    expect(await asked(able, burst + 5)).toEqual({ ok: burst, rate_limited: 5 })
  })

  test('notes its last use', async () => {
    const token = await addToken()
    await Promise.all(Array.from({ length: 5 }, () => ask(token)))
    const [row] = await suite.db.sql<{ used: boolean }[]>`
      select last_used_at > clock_timestamp() - interval '1 minute' as used
        from access_token where token_hash = ${token.hash}`
    expect(row?.used).toBe(true)
  })
})

describe('a session', () => {
  test('acts for the account that was switched to, for as long as its person is a member', async () => {
    const session = await addSession()
    const other = await addOrganisation(newSlug(), 'viewer')
    const asked = async () => (await ask(session)).actor
    expect(await asked()).toMatchObject({ accountId: caller.accountId, role: 'billing' })
    await suite.db.sql`
      update session set account_id = ${other} where session_token = ${session.hash.toString('hex')}`
    expect(await asked()).toMatchObject({ accountId: other, role: 'viewer' })
    await suite.db.sql`delete from member where user_id = ${caller.userId} and account_id = ${other}`
    expect(await asked()).toMatchObject({ accountId: caller.accountId, role: 'billing' })
  })
})

describe('where an organisation is named', () => {
  test('people act for it if they are members, whatever they looked at', async () => {
    const slug = newSlug()
    const accountId = await addOrganisation(slug, 'viewer')
    for (const credential of [await addSession(), await addToken()]) {
      const { actor, accountName } = await askFor(slug, credential)
      expect(actor).toMatchObject({ accountId, role: 'viewer' })
      expect(accountName).toBe(slug)
    }
  })

  test('a key acts for its own account', async () => {
    const { actor } = await askFor(await slugOf(caller.accountId), await addKey())
    expect(actor).toMatchObject({ kind: 'api-key', accountId: caller.accountId })
  })

  test('one of others is not told from one that does not exist', async () => {
    const foreign = newSlug()
    await addOrganisation(foreign, null)
    for (const credential of [await addKey(), await addSession(), await addToken()]) {
      expect(await codeOf(askFor(foreign, credential))).toBe('not_found')
      expect(await codeOf(askFor('nobody-has-this', credential))).toBe('not_found')
      expect(await codeOf(askFor('', credential))).toBe('not_found')
    }
  })

  test('a bad credential is refused first', async () => {
    const slug = await slugOf(caller.accountId)
    const { hash } = await addToken({ expires: '-1 second' })
    expect(await codeOf(askFor(slug, { kind: 'token', hash }))).toBe('unauthenticated')
    expect(await codeOf(askFor('nobody-has-this', { kind: 'token', hash }))).toBe('unauthenticated')
  })

  test('a token works in another account of its person although they left its own', async () => {
    const slug = newSlug()
    const accountId = await addOrganisation(slug, 'billing')
    const token = await addToken()
    await suite.db.sql`
      delete from member where user_id = ${caller.userId} and account_id = ${caller.accountId}`
    expect((await askFor(slug, token)).actor).toMatchObject({ accountId })
  })
})
