import { beforeEach, describe, expect, test } from 'vitest'
import { ROLE_SCOPES, type Actor } from '@/lib/core/actor'
import { usdFromCents } from '@/lib/kit/money'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { memberActor, SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { assignPlan } from '../allowance/assign-plan'
import { definePlan } from '../allowance/define-plan'
import { abilitiesSchema, createAccessToken } from './create-access-token'
import { createSessionToken } from './create-session-token'
import { listAccessTokens } from './list-access-tokens'
import { revokeAccessToken } from './revoke-access-token'
import { startTokenSession } from './start-token-session'
import { isWellFormedAccessToken } from './token-codec'

const suite = useTestDatabase()
const pepper = 'a pepper of at least 32 characters'

let owner: Extract<Actor, { kind: 'user' }>
let stranger: Extract<Actor, { kind: 'user' }>

async function addOwner() {
  const { owner: actor } = await openTestAccount(suite.db)
  if (actor.kind !== 'user') throw new Error('an owner is a person')
  return actor
}

beforeEach(async () => {
  owner = await addOwner()
  stranger = await addOwner()
})

const as = (actor: Actor) => testContext({ db: suite.db, actor })
const create = (actor: Actor, name = 'export') => createAccessToken(as(actor), { name, pepper })
const start = (userId: string) => startTokenSession(as(SYSTEM), { userId, name: 'by password', pepper })

describe('createAccessToken', () => {
  test('hands the token out once and stores nothing that it could be had from', async () => {
    const made = await create(owner)
    expect(isWellFormedAccessToken(made.token)).toBe(true)
    expect(made).toMatchObject({
      name: 'export',
      abilities: ['*'],
      createdAt: expect.any(Date),
    })
    const [row] = await suite.db.sql<{ row: string }[]>`
      select access_token::text as row from access_token where id = ${made.id}`
    const secret = made.token.split('|')[1] ?? 'none'
    expect(row?.row).not.toContain(secret)
    expect(row?.row).not.toContain(Buffer.from(made.token).toString('hex'))
  })

  test('makes as many for an account as its plan allows, however many ask at once, and others in their place', async () => {
    const ctx = as(SYSTEM)
    await definePlan(ctx, { id: 'pro', name: 'Pro', monthly: usdFromCents(100), tokensMax: 3 })
    await assignPlan(ctx, { accountId: owner.accountId, planId: 'pro' })
    const made = await Promise.allSettled(Array.from({ length: 10 }, () => create(owner)))
    const tokens = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(tokens).toHaveLength(3)
    await expect(create(owner)).rejects.toMatchObject({ code: 'conflict' })
    // What stands for a sign-in does not count, nor do the tokens of other accounts.
    await start(owner.userId)
    await create(stranger)
    await revokeAccessToken(as(owner), tokens[0]?.id ?? 0n)
    await create(owner)
    await expect(create(owner)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('confines it to the abilities that were asked for, each once', async () => {
    const abilities = abilitiesSchema.parse(['billing:read', 'billing:read'])
    expect(await createAccessToken(as(owner), { name: 'x', abilities, pepper })).toMatchObject({
      abilities: ['billing:read'],
    })
  })

  test.each([[[]], [['keys:write']], [['self:write']], [['system']], [['BILLING:READ']], [[1]], ['*']])(
    'knows no abilities like %j',
    (abilities) => {
      expect(abilitiesSchema.safeParse(abilities).success).toBe(false)
    },
  )

  test('is for every role, and for who signed in by a token', async () => {
    await create(memberActor(owner.accountId, owner.userId, 'viewer'))
    const { accountId, userId, role } = owner
    await create({ kind: 'token', tokenId: 1n, userId, role, accountId, scopes: ROLE_SCOPES.owner })
    expect(await listAccessTokens(as(owner))).toHaveLength(2)
  })

  test('is not for a program, were it given the scope, nor for an impersonator', async () => {
    const { accountId, userId, scopes } = owner
    const key: Actor = { kind: 'api-key', keyId: 'key_1', accountId, scopes: ['self:write', 'self:read'] }
    const staff: Actor = { kind: 'impersonator', staffUserId: userId, reason: 'test', accountId, scopes }
    for (const [actor, code] of [
      [key, 'forbidden'],
      [staff, 'impersonating'],
    ] as const) {
      await expect(create(actor)).rejects.toMatchObject({ code })
      await expect(listAccessTokens(as(actor))).rejects.toMatchObject({ code })
      await expect(revokeAccessToken(as(actor), 1n)).rejects.toMatchObject({ code })
    }
  })
})

describe('startTokenSession', () => {
  test('makes a token that ends by itself, within a day', async () => {
    const { id, expiresAt, token } = await start(owner.userId)
    expect(token).toMatch(/^tt_session_/)
    const [row] = await suite.db.sql<{ hours: number; expires_at: Date }[]>`
      select extract(epoch from expires_at - created_at)::float / 3600 as hours, expires_at
        from access_token where id = ${id}`
    expect(row?.hours).toBeCloseTo(8, 2)
    expect(row?.expires_at).toEqual(expiresAt)
  })

  test('is refused to who is a member nowhere, and to everyone but our own sign-in', async () => {
    await suite.db.sql`delete from member where user_id = ${owner.userId}`
    await expect(start(owner.userId)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(
      startTokenSession(as(owner), { userId: owner.userId, name: 'x', pepper }),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('createSessionToken', () => {
  test('lets people have one for what they are signed in to, and no token have another', async () => {
    const { token } = await createSessionToken(as(owner), { name: 'by hand', pepper })
    expect(token).toMatch(/^tt_session_/)
    expect(await listAccessTokens(as(owner))).toMatchObject([{ kind: 'session', name: 'by hand' }])
    const byToken: Actor = { ...owner, kind: 'token', tokenId: 1n }
    await expect(createSessionToken(as(byToken), { name: 'x', pepper })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })
})

describe('listAccessTokens', () => {
  test('shows people their own, newest first, and no secret', async () => {
    const first = await create(owner, 'first')
    const second = await start(owner.userId)
    await create(stranger, 'foreign')
    const listed = await listAccessTokens(as(owner))
    expect(listed.map(({ id, kind, name }) => [id, kind, name])).toEqual([
      [second.id, 'session', 'by password'],
      [first.id, 'personal', 'first'],
    ])
    expect(listed[1]).toMatchObject({ accountName: 'Ada', lastUsedAt: null, expiresAt: null })
    expect(Object.values(listed[1] ?? {})).not.toContain(first.token)
  })

  test('leaves out what works no more', async () => {
    const { id } = await create(owner)
    await revokeAccessToken(as(owner), id)
    const { id: expired } = await start(owner.userId)
    await suite.db.sql`
      update access_token set expires_at = clock_timestamp() - interval '1 second' where id = ${expired}`
    expect(await listAccessTokens(as(owner))).toEqual([])
  })
})

describe('revokeAccessToken', () => {
  test('ends the token, and keeps the moment when it is told twice', async () => {
    const { id } = await create(owner)
    const revokedAt = () => suite.db.sql`select revoked_at from access_token where id = ${id}`
    await revokeAccessToken(as(owner), id)
    const [before] = await revokedAt()
    expect(before?.revoked_at).toBeInstanceOf(Date)
    await revokeAccessToken(as(owner), id)
    expect((await revokedAt())[0]).toEqual(before)
  })

  test('does not find another person’s, nor one that cannot be', async () => {
    const { id } = await create(owner)
    for (const tokenId of [id, 0n, -1n, 2n ** 63n, 10n ** 30n]) {
      await expect(revokeAccessToken(as(stranger), tokenId)).rejects.toMatchObject({ code: 'not_found' })
    }
    expect(await listAccessTokens(as(owner))).toHaveLength(1)
  })
})
